#include "vmcore/debug_info.h"

#include <algorithm>
#include <filesystem>

#include <dwarf.h>
#include <fcntl.h>

#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <fmt/format.h>

#include "base/file.h"
#include "vmcore/dwarf_scopes.h"
#include "vmcore/open_debug_info.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxInlines = 64;

using Sections = std::map<std::string, VirtAddr, std::less<>>;

int no_elf(Dwfl_Module* /*module*/, void** /*user_data*/, const char* /*name*/, Dwarf_Addr /*base*/, char** /*path*/,
           Elf** /*elf*/) {
  return -1;
}

// What is looked at is what the caller found: libdwfl must not go and search, least of all the network.
int no_debug_info(Dwfl_Module* /*module*/, void** /*user_data*/, const char* /*name*/, Dwarf_Addr /*base*/,
                  const char* /*file*/, const char* /*link*/, GElf_Word /*crc*/, char** /*path*/) {
  return -1;
}

const Dwfl_Callbacks kCallbacks = {no_elf, no_debug_info, dwfl_offline_section_address, nullptr};

std::string text(const char* value) { return value == nullptr ? std::string() : std::string(value); }

uint32_t unsigned_attribute(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(die, name, &attribute) == nullptr || dwarf_formudata(&attribute, &value) != 0) return 0;
  return static_cast<uint32_t>(value);
}

// The file in which an inlined function was called, out of its unit's table of files.
std::string call_file(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  const uint32_t index = unsigned_attribute(inlined, DW_AT_call_file);
  if (dwarf_getsrcfiles(unit, &files, &count) != 0 || index >= count) return {};
  return text(dwarf_filesrc(files, index, nullptr, nullptr));
}

// Absolute names of a build machine help nobody: what is behind the folders that a name has in common with the one in
// which it was compiled counts, since a kernel may be built in a folder below its source.
std::string source_name(std::string name, Dwarf_Die* unit) {
  Dwarf_Attribute attribute;
  const char* const folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
  if (folder != nullptr && name.starts_with('/')) {
    const std::string_view compiled_in(folder);
    size_t common = 0;
    int depth = 0;
    for (size_t i = 0; i < name.size() && (i >= compiled_in.size() || name[i] == compiled_in[i]); ++i) {
      if (name[i] != '/') {
        if (i >= compiled_in.size()) break;
        continue;
      }
      common = i + 1;
      ++depth;
      if (i >= compiled_in.size()) break;
    }
    if (depth > 2) name.erase(0, common);  // "/usr/" in common means nothing
  }
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

}  // namespace

// libdwfl lays a relocatable file's sections out as it likes; where they really were is ours to know.
void DebugInfo::State::place(const Sections& sections) {
  GElf_Addr bias = 0;
  Elf* const elf = dwfl_module_getelf(module, &bias);
  size_t names = 0;
  if (elf == nullptr || elf_getshdrstrndx(elf, &names) != 0) return;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_ALLOC) == 0) continue;
    const char* const name = elf_strptr(elf, names, header.sh_name);
    const auto at = name == nullptr ? sections.end() : sections.find(std::string_view(name));
    if (at != sections.end()) moved.push_back({at->second, header.sh_size, header.sh_addr + bias});
  }
}

std::optional<Dwarf_Addr> DebugInfo::State::file_address(VirtAddr address) const {
  if (!relocatable) return address.value - offset;
  for (const Moved& section : moved) {
    if (address - section.start < section.size) return section.to + (address - section.start);
  }
  return std::nullopt;
}

Dwarf_Die* DebugInfo::State::unit_of(Dwarf_Addr address, Dwarf_Addr* bias) const {
  if (units) {
    *bias = 0;
    return units->at(address);
  }
  if (Dwarf_Die* const unit = dwfl_module_addrdie(module, address, bias)) return unit;
  // clang writes no table of addresses: each unit's own ranges have to be looked at.
  Dwarf_Die* unit = nullptr;
  while ((unit = dwfl_module_nextcu(module, unit, bias)) != nullptr) {
    if (dwarf_haspc(unit, address - *bias) > 0) return unit;
  }
  return nullptr;
}

DebugInfo::DebugInfo(std::unique_ptr<State> state) : state_(std::move(state)) {}
DebugInfo::DebugInfo(DebugInfo&&) noexcept = default;
DebugInfo& DebugInfo::operator=(DebugInfo&&) noexcept = default;
DebugInfo::~DebugInfo() = default;

const std::string& DebugInfo::path() const { return state_->path; }

Result<DebugInfo> DebugInfo::open(std::unique_ptr<State> state) {
  const auto failed = [&state](ErrorCode code) { return fail(Error{code, text(dwfl_errmsg(-1)), state->path, 0, 0}); };
  state->dwfl.reset(dwfl_begin(&kCallbacks));
  if (!state->dwfl) return failed(ErrorCode::Failed);
  dwfl_report_begin(state->dwfl.get());
  state->module = dwfl_report_offline(state->dwfl.get(), "kernel", state->path.c_str(), -1);
  if (state->module == nullptr) return failed(ErrorCode::Unsupported);
  dwfl_report_end(state->dwfl.get(), nullptr, nullptr);
  return DebugInfo(std::move(state));
}

Result<DebugInfo> DebugInfo::open_kernel(const std::string& path, uint64_t offset) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->offset = offset;
  state->units = DwarfUnits::open(path);
  if (state->units) return DebugInfo(std::move(state));
  return open(std::move(state));
}

Result<DebugInfo> DebugInfo::open_module(const std::string& path, Sections sections) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->relocatable = true;
  auto out = open(std::move(state));
  if (out) out->state_->place(sections);
  return out;
}

std::unique_ptr<TypeSource> DebugInfo::types() const {
  if (state_->units) return std::make_unique<DwarfTypes>(*state_->units);
  Dwarf_Addr bias = 0;
  Dwarf* const dwarf = dwfl_module_getdwarf(state_->module, &bias);
  return dwarf == nullptr ? nullptr : std::make_unique<DwarfTypes>(dwarf);
}

std::vector<SourceFrame> DebugInfo::frames(VirtAddr address) const {
  const auto known = state_->answers.find(address.value);
  if (known != state_->answers.end()) return known->second;
  return state_->answers[address.value] = state_->frames(address);
}

std::vector<SourceFrame> DebugInfo::State::frames(VirtAddr address) const {
  const auto there = file_address(address);
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = there ? unit_of(*there, &bias) : nullptr;
  if (unit == nullptr) return {};
  const Dwarf_Addr pc = *there - bias;

  SourceFrame frame;
  if (Dwarf_Line* const line = dwarf_getsrc_die(unit, pc)) {
    int number = 0;
    if (dwarf_lineno(line, &number) == 0 && number > 0) frame.line = static_cast<uint32_t>(number);
    frame.file = source_name(text(dwarf_linesrc(line, nullptr, nullptr)), unit);
  }

  std::vector<Dwarf_Die> scopes = scopes_at(unit, pc);
  std::vector<SourceFrame> out;
  for (auto scope = scopes.rbegin(); scope != scopes.rend() && out.size() < kMaxInlines; ++scope) {
    const int tag = dwarf_tag(&*scope);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    frame.function = text(dwarf_diename(&*scope));
    frame.inlined = tag == DW_TAG_inlined_subroutine;
    out.push_back(frame);
    if (!frame.inlined) return out;
    frame = {{}, source_name(call_file(unit, &*scope), unit), unsigned_attribute(&*scope, DW_AT_call_line), false};
  }
  if (frame.line != 0 || !frame.file.empty()) out.push_back(frame);  // assembler has lines, but no functions
  return out;
}

std::string build_id_of(const std::string& path) {
  const auto file = File::open(path);
  if (!file || elf_version(EV_CURRENT) == EV_NONE) return {};
  (void)posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_RANDOM);  // a header and a note
  const std::unique_ptr<Elf, decltype(&elf_end)> elf(elf_begin(file->descriptor(), ELF_C_READ, nullptr), &elf_end);
  const void* bits = nullptr;
  const ssize_t size = elf ? dwelf_elf_gnu_build_id(elf.get(), &bits) : -1;
  std::string out;
  for (ssize_t i = 0; i < size; ++i) out += fmt::format("{:02x}", static_cast<const unsigned char*>(bits)[i]);
  return out;
}

namespace {

// The first of these files that is there, and is not another kernel's.
std::optional<std::string> first_match(const std::vector<std::string>& candidates, std::string_view build_id) {
  for (const std::string& path : candidates) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) continue;
    const std::string id = build_id.empty() ? std::string() : build_id_of(path);
    if (id.empty() || id == build_id) return path;
  }
  return std::nullopt;
}

// Text out of a dump becomes part of a path only if it cannot lead elsewhere.
bool plain_name(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._+~-").contains(c);
  });
}

void add_by_build_id(std::vector<std::string>& out, std::string_view build_id, const std::string& root) {
  if (build_id.size() < 4 || !plain_name(build_id)) return;
  out.push_back(fmt::format("{}/.build-id/{}/{}.debug", root, build_id.substr(0, 2), build_id.substr(2)));
}

}  // namespace

std::optional<std::string> find_kernel_debug_info(const VmcoreInfo& info, const std::string& folder,
                                                  const std::string& root) {
  std::vector<std::string> candidates;
  const std::string_view release = info.osrelease();
  if (!folder.empty()) {
    candidates = {folder + "/vmlinux", folder + "/vmlinux.debug"};
    if (plain_name(release)) candidates.push_back(fmt::format("{}/vmlinux-{}", folder, release));
  }
  if (!root.empty()) add_by_build_id(candidates, info.build_id(), root);
  if (!root.empty() && plain_name(release)) {
    candidates.push_back(fmt::format("{}/lib/modules/{}/vmlinux", root, release));
    candidates.push_back(fmt::format("{}/boot/vmlinux-{}", root, release));
    candidates.push_back(fmt::format("{}/vmlinux-{}", root, release));
  }
  return first_match(candidates, info.build_id());
}

std::optional<std::string> find_module_debug_info(const VmcoreInfo& info, std::string_view module,
                                                  std::string_view build_id, const std::string& folder,
                                                  const std::string& root) {
  if (!plain_name(module)) return std::nullopt;
  std::vector<std::string> candidates;
  if (!folder.empty()) {
    candidates = {fmt::format("{}/{}.ko.debug", folder, module), fmt::format("{}/{}.ko", folder, module)};
  }
  if (!root.empty()) add_by_build_id(candidates, build_id, root);
  if (auto beside = first_match(candidates, build_id)) return beside;
  if (root.empty() || !plain_name(info.osrelease())) return std::nullopt;

  // Modules lie somewhere below; a name has '-' in the file where the kernel says '_'.
  namespace fs = std::filesystem;
  const auto same = [](char a, char b) { return (a == '-' ? '_' : a) == (b == '-' ? '_' : b); };
  std::error_code error;
  fs::recursive_directory_iterator at(fmt::format("{}/lib/modules/{}", root, info.osrelease()), error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    const std::string_view stem = std::string_view(name).substr(0, name.find(".ko"));
    if (stem.size() == name.size() || !std::ranges::equal(stem, module, same)) continue;
    if (auto found = first_match({at->path().string()}, build_id)) return found;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore
