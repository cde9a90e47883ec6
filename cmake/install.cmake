# What `cmake --install` adds to the libraries and headers (cmake/library.cmake), so that CMake's
# find_package(batchlab) and pkg-config find them. Nothing of it holds a path of this machine. Each part is
# an install component of its own: batchlab_batcher, batchlab_geoapify, batchlab_metrics,
# batchlab_recorder.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/batchlab)
configure_package_config_file(cmake/batchlab-config.cmake.in ${PROJECT_BINARY_DIR}/batchlab-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/batchlab-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/batchlab-config.cmake
  ${PROJECT_BINARY_DIR}/batchlab-config-version.cmake
  DESTINATION ${package_dir} COMPONENT batchlab_batcher)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT batchlab_batcher)

# Where the .pc files lie, as seen from the prefix and from the headers.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH pc_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
file(RELATIVE_PATH pc_to_include ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  ${CMAKE_INSTALL_FULL_INCLUDEDIR})

# install_part(PART PACKAGE DESCRIPTION REQUIRES LIBS): its targets for CMake, and PACKAGE.pc.
function(install_part part pc_name pc_description pc_requires pc_libs)
  install(EXPORT batchlab-${part}-targets NAMESPACE batchlab:: DESTINATION ${package_dir}
    COMPONENT batchlab_${part})
  configure_file(cmake/batchlab.pc.in ${PROJECT_BINARY_DIR}/${pc_name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${pc_name}.pc DESTINATION ${pc_dir} COMPONENT batchlab_${part})
endfunction()

install_part(batcher batchlab "Gathers single look-ups and sends them as batches" ""
  "-lbatchlab_batcher -lbatchlab_base -pthread")
if(BATCHLAB_GEOAPIFY)
  install_part(geoapify batchlab-geoapify "The client of Geoapify for batchlab"
    "batchlab = ${PROJECT_VERSION}, cpp-httplib, openssl" "-lbatchlab_geoapify")
endif()
if(BATCHLAB_METRICS)
  install_part(metrics batchlab-metrics "Metrics of batchlab for Prometheus"
    "batchlab = ${PROJECT_VERSION}, prometheus-cpp-core, cpp-httplib, openssl" "-lbatchlab_metrics")
endif()
if(BATCHLAB_RECORDER)
  install_part(recorder batchlab-recorder "Records of batchlab's calls and batches in files"
    "batchlab = ${PROJECT_VERSION}" "-lbatchlab_recorder")
endif()
