// A folder that goes with the test.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_; }
  // The path of something in it.
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Writes a file, with the folders above it, and gives its path.
  std::string write(std::string_view name, std::string_view bytes) const;

 private:
  std::string path_;
};

}  // namespace inquest
