# Run by CPack between install and packing: Debian policy wants manual pages and changelogs compressed (12.1, 12.7).
file(GLOB_RECURSE documents
  "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/share/man/man1/*.1"
  "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/share/doc/inquest/changelog")
foreach(document IN LISTS documents)
  execute_process(COMMAND gzip -9nf "${document}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
