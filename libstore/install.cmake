# find_package(vstore) and pkg-config, tested by tests/consumer.
include(CMakePackageConfigHelpers)
install(TARGETS vstore EXPORT vstoreTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/vstore DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/libstore/include/vstore/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vstore)
install(EXPORT vstoreTargets NAMESPACE vstore:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vstore)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/vstoreConfig.cmake.in
  ${PROJECT_BINARY_DIR}/vstoreConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vstore)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/vstoreConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/vstoreConfig.cmake ${PROJECT_BINARY_DIR}/vstoreConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vstore)
# Relative to the .pc file, so that `cmake --install --prefix` and DESTDIR give a file that is true.
file(RELATIVE_PATH VSTORE_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/vstore.pc.in ${PROJECT_BINARY_DIR}/vstore.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/vstore.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
