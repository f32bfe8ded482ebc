#include "evidence/folder.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <unistd.h>

#include <fmt/format.h>

#include "evidence/os_error.h"

namespace inquest::evidence {
namespace {

struct Close {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Whether `path` is `folder` or lies in it; both are real paths.
bool within(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string target_of(const std::string& link) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  target.resize(length > 0 ? static_cast<size_t>(length) : 0);
  return target;
}

}  // namespace

Result<Listing> list_folder(const std::string& path, size_t at_most) {
  const std::unique_ptr<DIR, Close> folder(::opendir(path.c_str()));
  if (!folder) return fail(os_error(errno));
  Listing listing;
  // A heap of the names that come first, so that a folder of any size costs no more than at_most names.
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    listing.names.emplace_back(name);
    std::ranges::push_heap(listing.names);
    if (listing.names.size() <= at_most) continue;
    std::ranges::pop_heap(listing.names);
    listing.names.pop_back();
    ++listing.left_out;
  }
  if (errno != 0) return fail(os_error(errno));
  std::ranges::sort_heap(listing.names);
  return listing;
}

Result<void> judge_link(const std::string& link, const std::string& root) {
  const std::string target = target_of(link);
  const auto refuse = [&](ErrorCode code, std::string_view why) {
    return fail(code, fmt::format("the symbolic link to {} {}", target, why));
  };
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(link.c_str(), nullptr), &std::free);
  if (!real) {
    if (errno == ELOOP) return refuse(ErrorCode::Failed, "leads in a circle");
    if (errno == ENOENT || errno == ENOTDIR) return refuse(ErrorCode::NotFound, "leads nowhere");
    return refuse(os_error(errno).code, fmt::format("cannot be followed: {}", os_error(errno).message));
  }
  const std::string_view end = real.get();
  if (!within(end, root)) {
    return refuse(ErrorCode::Failed,
                  within(root, end)
                      ? "leads back to a folder above the one given, and is not followed"
                      : "leads out of the folder, and is not followed: give its target as well to have it read");
  }
  const size_t slash = link.rfind('/');
  const std::unique_ptr<char, decltype(&std::free)> parent(::realpath(link.substr(0, slash).c_str(), nullptr),
                                                           &std::free);
  if (parent && within(parent.get(), end)) {
    return refuse(ErrorCode::Failed, "leads back to a folder that it is in, and is not followed");
  }
  return {};
}

}  // namespace inquest::evidence
