# The libraries that others use, whether installed or as a part of their own project.
include(GNUInstallDirs)

# batchlab_headers(VARIABLE FOLDER...): the headers of the folders, but for those of tests and of our sources.
function(batchlab_headers variable)
  set(headers "")
  foreach(folder IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.h)
    list(APPEND headers ${found})
  endforeach()
  list(FILTER headers EXCLUDE REGEX "/(check|test_[a-z_]+|[a-z_]+_fixture)\\.h$")
  set(${variable} ${headers} PARENT_SCOPE)
endfunction()

# batchlab_library(NAME PART... HEADERS... SOURCES...): the static library batchlab_NAME. Everybody else
# calls it batchlab::NAME, and installs it with its HEADERS as a piece of PART: what may be asked for in
# find_package(batchlab COMPONENTS PART).
function(batchlab_library name)
  cmake_parse_arguments(ARG "" "PART" "HEADERS;SOURCES" ${ARGN})
  set(target batchlab_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(batchlab::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  # Our warnings are for our own sources, not for those of the library's users.
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:batchlab_options>)
  if(BATCHLAB_INSTALL)
    install(TARGETS ${target} EXPORT batchlab-${ARG_PART}-targets COMPONENT batchlab_${ARG_PART}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
      FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
      INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endif()
endfunction()
