#include "vmcore/debug_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "vmcore/debuginfod.h"
#include "vmcore/kernel.h"

namespace inquest::vmcore {
namespace {

using SectionMap = std::map<std::string, VirtAddr, std::less<>>;

constexpr uint64_t kMaxSections = 4096;
constexpr size_t kMaxBuildId = 64;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

// struct module_sect_attrs, which is there as long as the module's sysfs files are.
SectionMap sections_of(Kernel& kernel, const Module& module) {
  SectionMap out;
  const auto sections = kernel.object("module", module.address).follow("sect_attrs");
  if (!sections) return out;
  const auto list = sections->at("attrs");
  const uint64_t count = std::min(sections->number_or("nsections", 0), kMaxSections);
  for (uint64_t i = 0; list && i < count; ++i) {
    const auto one = list->element(i);
    if (!one) break;
    // v5.8 wrapped the attribute into one of binary files.
    auto name = one->string(one->has("battr.attr.name") ? "battr.attr.name" : "name", 128);
    const auto address = one->number(one->has("address") ? "address" : "private");
    if (name && address) out.emplace(std::move(*name), VirtAddr{*address});
  }
  return out;
}

// Out of the module's own copy of the note, which stays loaded.
std::string build_id_at(AddressSpace& space, const SectionMap& sections) {
  const auto note = sections.find(".note.gnu.build-id");
  if (note == sections.end()) return {};
  const auto size = space.u32(note->second + 4);
  if (!size || *size == 0 || *size > kMaxBuildId) return {};
  std::array<uint8_t, kMaxBuildId> bytes{};
  constexpr uint64_t kHeader = 16;  // three lengths, and "GNU"
  if (!space.read(note->second + kHeader, std::as_writable_bytes(std::span(bytes).first(*size)))) return {};
  std::string out;
  for (const uint8_t byte : std::span(bytes).first(*size)) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace

std::optional<std::string> DebugFiles::find_kernel(const VmcoreInfo& info) {
  for (const std::string& given : search_.given) {
    if (is_folder(given)) {
      for (const std::string& root : {given, given + "/usr/lib/debug"}) {
        if (auto found = find_kernel_debug_info(info, given, root)) return found;
      }
      continue;
    }
    if (file_name(given).contains(".ko")) continue;  // a module's
    const std::string id = build_id_of(given);
    if (id.empty() || info.build_id().empty() || id == info.build_id()) return given;
    problems_.push_back(fmt::format("{} is of another kernel: its build id is {}, not {}", given, id, info.build_id()));
  }
  if (auto found = find_kernel_debug_info(info, search_.folder, search_.root)) return found;
  return search_.debuginfod ? ask_debuginfod(info.build_id()) : std::nullopt;
}

const DebugInfo* DebugFiles::of_kernel(const VmcoreInfo& info) {
  if (kernel_tried_) return kernel_.get();
  kernel_tried_ = true;
  const auto path = find_kernel(info);
  if (!path) return nullptr;
  auto opened = DebugInfo::open_kernel(*path, info.kernel_offset());
  if (opened) {
    kernel_ = std::make_unique<DebugInfo>(std::move(*opened));
  } else {
    problems_.push_back("no debug information: " + opened.error().text());
  }
  return kernel_.get();
}

std::optional<std::string> DebugFiles::find_module(const VmcoreInfo& info, const Module& module,
                                                   const std::string& build_id) {
  for (const std::string& given : search_.given) {
    if (is_folder(given)) {
      for (const std::string& root : {given, given + "/usr/lib/debug"}) {
        if (auto found = find_module_debug_info(info, module.name, build_id, given, root)) return found;
      }
      continue;
    }
    std::string name = file_name(given);
    name.resize(std::min(name.size(), name.find(".ko")));
    std::ranges::replace(name, '-', '_');
    if (name == module.name && file_name(given).contains(".ko")) return given;
  }
  if (auto found = find_module_debug_info(info, module.name, build_id, search_.folder, search_.root)) return found;
  return search_.debuginfod ? ask_debuginfod(build_id) : std::nullopt;
}

const DebugInfo* DebugFiles::of_module(Kernel& kernel, const Module& module) {
  const auto known = modules_.find(module.address);
  if (known != modules_.end()) return known->second.get();
  std::unique_ptr<DebugInfo>& out = modules_[module.address];
  const SectionMap sections = sections_of(kernel, module);
  if (sections.empty()) return nullptr;
  const auto path = find_module(kernel.dump().vmcoreinfo(), module, build_id_at(kernel.space(), sections));
  if (!path) return nullptr;
  auto opened = DebugInfo::open_module(*path, sections);
  if (opened) {
    out = std::make_unique<DebugInfo>(std::move(*opened));
  } else {
    problems_.push_back("no debug information: " + opened.error().text());
  }
  return out.get();
}

}  // namespace inquest::vmcore
