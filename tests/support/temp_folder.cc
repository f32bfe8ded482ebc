#include "support/temp_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace inquest {

TempFolder::TempFolder() : path_(std::filesystem::temp_directory_path() / "inquest-test-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) std::abort();
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(std::string_view name, std::string_view bytes) const {
  const std::string file = path(name);
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file;
}

}  // namespace inquest
