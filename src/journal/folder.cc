#include "journal/folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace inquest::journal {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 1 << 16;
constexpr int kDeepest = 8;

}  // namespace

std::vector<std::string> find_journals(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> found;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end && found.size() < kMostFiles;
       entry.increment(error)) {
    if (entry.depth() >= kDeepest) entry.disable_recursion_pending();
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if ((name.ends_with(".journal") || name.ends_with(".journal~")) && entry->is_regular_file(ignored))
      found.push_back(entry->path().string());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace inquest::journal
