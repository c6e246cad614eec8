; "Open in FemtoQueue Inspector" in the menu of folders, for this user only; gone again with the app.
!macro customInstall
  WriteRegStr HKCU "Software\Classes\Directory\shell\FemtoQueueInspector" "" "Open in ${PRODUCT_NAME}"
  WriteRegStr HKCU "Software\Classes\Directory\shell\FemtoQueueInspector" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
  WriteRegStr HKCU "Software\Classes\Directory\shell\FemtoQueueInspector\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%V"'
!macroend

!macro customUnInstall
  DeleteRegKey HKCU "Software\Classes\Directory\shell\FemtoQueueInspector"
!macroend
