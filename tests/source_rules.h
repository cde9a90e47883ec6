#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace batchlab {

// One file of the project: its path from the repository root and what it holds.
struct SourceFile {
  std::string path;
  std::string text;
};

// What a folder (or, named without an extension, a pair of files) may use. The row with the longest
// matching path applies; tests and benchmarks that stand in the folder may use anything.
struct FolderRow {
  std::string_view path;
  std::vector<std::string_view> may_include;  // beginnings of paths
  // Code that decides is told the time: no clock, wait, thread or lock, no wire, file format or
  // log.
  bool decides = false;
};
[[nodiscard]] const std::vector<FolderRow>& FolderRows();

// Every rule that `file` breaks, as "path:line: what is wrong". C++ is held to all rules, any other
// file only to the ban on notes about unfinished work.
[[nodiscard]] std::vector<std::string> Problems(const SourceFile& file);

}  // namespace batchlab
