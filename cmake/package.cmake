# What is installed, and the Debian package (`cpack` in the build folder). The manual page comes from the program
# itself, so that it cannot say something else than `inquest --help`.

include(GNUInstallDirs)

# Installing and packing bring up to date what they take, and not all of the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(installed_targets inquest $<$<BOOL:${INQUEST_PACKAGE}>:man>)
install(CODE "execute_process(COMMAND \"${CMAKE_COMMAND}\" --build \"${CMAKE_BINARY_DIR}\" --target ${installed_targets}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)")
install(TARGETS inquest RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES packaging/inquest-record.service DESTINATION lib/systemd/system)
install(FILES packaging/inquest.sysusers DESTINATION lib/sysusers.d RENAME inquest.conf)
install(FILES docs/recorder.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(FILES packaging/copyright DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME changelog)
install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY examples DESTINATION "${CMAKE_INSTALL_DATADIR}/inquest" OPTIONAL)

if(INQUEST_PACKAGE)
  set(man_page "${CMAKE_BINARY_DIR}/inquest.1")
  add_custom_command(OUTPUT "${man_page}"
    COMMAND inquest --man-page > "${man_page}.new"
    COMMAND ${CMAKE_COMMAND} -E rename "${man_page}.new" "${man_page}"
    DEPENDS inquest
    COMMENT "Writing the manual page"
    VERBATIM)
  add_custom_target(man ALL DEPENDS "${man_page}")
  install(FILES "${man_page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME inquest)
set(CPACK_PACKAGE_VENDOR "inquest maintainers")
set(CPACK_PACKAGE_CONTACT "inquest maintainers <maintainers@inquest.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"Reads whatever a dead host left behind, however damaged: logs, journals, kernel
crash reports, dumps, archives and telemetry. Fixes the time of death, names the
culprit, ranks the explanations with the evidence for and against each, and says
what is not known and why. Every statement cites the file and line, the offset or
the query that it rests on.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/cmake/compress_docs.cmake")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/packaging/postinst;${CMAKE_SOURCE_DIR}/packaging/prerm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Time zones are read, and these libraries are loaded when they are needed, so no tool can see them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata, libarchive13")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libcurl4)
include(CPack)

if(BUILD_TESTING AND INQUEST_PACKAGE)
  add_test(NAME package
    COMMAND "${CMAKE_SOURCE_DIR}/tests/packaging/check_deb.sh" "${CMAKE_BINARY_DIR}" "${PROJECT_VERSION}")
  set_tests_properties(package PROPERTIES LABELS package TIMEOUT 120)
  add_test(NAME unit
    COMMAND "${CMAKE_SOURCE_DIR}/tests/packaging/start_unit.sh" "$<TARGET_FILE:inquest>"
    "${CMAKE_SOURCE_DIR}/packaging/inquest-record.service")
  set_tests_properties(unit PROPERTIES LABELS package TIMEOUT 120 SKIP_RETURN_CODE 77)
endif()
