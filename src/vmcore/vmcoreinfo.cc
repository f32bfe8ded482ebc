#include "vmcore/vmcoreinfo.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "vmcore/physical_memory.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxText = size_t{1} << 20;
constexpr std::string_view kFirstKey = "OSRELEASE=";

// The digits, with or without 0x, as the kernel's %lx and %#llx write them.
std::optional<uint64_t> hexadecimal(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return parse_int<uint64_t>(text, 16);
}

std::string keyed(std::string_view what, std::string_view name) {
  std::string out(what);
  out += '(';
  out += name;
  out += ')';
  return out;
}

// The characters of the note: lines of printable ASCII.
bool is_note_text(char c) { return c == '\n' || (c >= ' ' && c <= '~'); }

}  // namespace

VmcoreInfo VmcoreInfo::parse(std::string_view text) {
  VmcoreInfo out;
  text = text.substr(0, std::min(text.find('\0'), kMaxText));
  out.text_ = text;
  for (const std::string_view line : lines(text)) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    out.values_.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

std::optional<std::string_view> VmcoreInfo::value(std::string_view key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? std::nullopt : std::optional<std::string_view>(at->second);
}

std::optional<uint64_t> VmcoreInfo::page_size() const {
  const auto text = value("PAGESIZE");
  return text ? parse_int<uint64_t>(*text) : std::nullopt;
}

std::optional<VirtAddr> VmcoreInfo::symbol(std::string_view name) const {
  const auto text = value(keyed("SYMBOL", name));
  const auto address = text ? hexadecimal(*text) : std::nullopt;
  return address ? std::optional(VirtAddr{*address}) : std::nullopt;
}

std::optional<int64_t> VmcoreInfo::number(std::string_view name) const {
  const auto text = value(keyed("NUMBER", name));
  if (!text) return std::nullopt;
  if (const auto decimal = parse_int<int64_t>(*text)) return decimal;
  const auto bits = hexadecimal(*text);
  return bits ? std::optional(static_cast<int64_t>(*bits)) : std::nullopt;
}

std::optional<uint64_t> VmcoreInfo::decimal(std::string_view what, std::string_view name) const {
  const auto text = value(keyed(what, name));
  return text ? parse_int<uint64_t>(*text) : std::nullopt;
}

std::optional<uint64_t> VmcoreInfo::size(std::string_view type) const { return decimal("SIZE", type); }
std::optional<uint64_t> VmcoreInfo::offset(std::string_view type_and_member) const {
  return decimal("OFFSET", type_and_member);
}
std::optional<uint64_t> VmcoreInfo::length(std::string_view name) const { return decimal("LENGTH", name); }

uint64_t VmcoreInfo::kernel_offset() const {
  const auto text = value("KERNELOFFSET");
  return text ? hexadecimal(*text).value_or(0) : 0;
}

Result<VmcoreInfo> find_vmcoreinfo(PhysicalMemory& memory, const std::function<bool(const VmcoreInfo&)>& verify) {
  // The kernel keeps the text in a page of its own (vmcoreinfo_data) and once more behind the header of the ELF note
  // (vmcoreinfo_note): 12 bytes of header and "VMCOREINFO" padded to 12.
  constexpr size_t kNoteHeader = 24;
  std::vector<uint64_t> starts;
  memory.scan([&](uint64_t pfn, std::span<const std::byte> page) {
    const std::string_view text(reinterpret_cast<const char*>(page.data()), page.size());
    for (const size_t offset : {size_t{0}, kNoteHeader}) {
      if (text.substr(offset).starts_with(kFirstKey)) starts.push_back(pfn * memory.page_size() + offset);
    }
    return starts.size() < 4096;
  });

  for (const uint64_t start : starts) {
    std::string text;
    // The note may go over its page's end on kernels that gave it more than one; they are contiguous.
    for (size_t pages = 0; pages < 4; ++pages) {
      const uint64_t address = start + text.size();
      const auto page = memory.page(address / memory.page_size());
      if (!page) break;
      const std::string_view rest =
          std::string_view(reinterpret_cast<const char*>(page->data()), page->size()).substr(address % page->size());
      const auto end = std::ranges::find_if_not(rest, is_note_text);
      text.append(rest.begin(), end);
      if (end != rest.end()) break;
    }
    VmcoreInfo info = VmcoreInfo::parse(text);
    if (info.page_size() && info.symbol("_stext") && info.symbol("init_uts_ns") && verify(info)) return info;
  }
  return fail(ErrorCode::NotFound, "no copy of VMCOREINFO is left in the dump's memory");
}

}  // namespace inquest::vmcore
