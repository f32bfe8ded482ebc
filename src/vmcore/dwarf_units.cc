#include "vmcore/dwarf_units.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <gelf.h>
#include <sys/mman.h>
#include <unistd.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxAranges = uint64_t{64} << 20;
constexpr size_t kMostUnits = 16;  // mapped at a time
constexpr uint64_t kSectionHeader = sizeof(Elf64_Shdr);

struct EndElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};

// Little-endian numbers out of a section; past its end it gives zeros, and is no longer good().
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : bytes_(bytes) {}
  bool good() const { return good_; }
  size_t at() const { return at_; }
  uint64_t next(size_t width) {
    uint64_t value = 0;
    if (bytes_.size() - at_ < width) {
      good_ = false;
      at_ = bytes_.size();
      return 0;
    }
    std::memcpy(&value, bytes_.data() + at_, width);
    at_ += width;
    return value;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool good_ = true;
};

}  // namespace

// A view of the file in which .debug_info is this unit.
struct DwarfUnits::Unit {
  char* bytes = nullptr;
  size_t size = 0;
  Elf* elf = nullptr;
  Dwarf* dwarf = nullptr;
  Dwarf_Die die{};

  Unit() = default;
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  ~Unit() {
    if (dwarf != nullptr) dwarf_end(dwarf);
    if (elf != nullptr) elf_end(elf);
    if (bytes != nullptr) munmap(bytes, size);
  }

  bool map(const File& file);
  bool show(uint64_t header, uint64_t offset, uint64_t length);
};

bool DwarfUnits::Unit::map(const File& file) {
  size = file.size();
  void* const there = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
  if (there == MAP_FAILED) return false;
  bytes = static_cast<char*>(there);
  // What is needed lies in a few places far apart: reading ahead of each would bring in a sixth of the file.
  (void)madvise(bytes, size, MADV_RANDOM);
  return true;
}

bool DwarfUnits::Unit::show(uint64_t header, uint64_t offset, uint64_t length) {
  // Only the pages with the section's header become ours to change.
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t first = header / page * page;
  if (mprotect(bytes + first, header + kSectionHeader - first, PROT_READ | PROT_WRITE) != 0) return false;
  std::memcpy(bytes + header + offsetof(Elf64_Shdr, sh_offset), &offset, sizeof offset);
  std::memcpy(bytes + header + offsetof(Elf64_Shdr, sh_size), &length, sizeof length);
  elf = elf_memory(bytes, size);
  dwarf = elf == nullptr ? nullptr : dwarf_begin_elf(elf, DWARF_C_READ, nullptr);
  Dwarf_Off next = 0;
  size_t header_size = 0;
  return dwarf != nullptr && dwarf_nextcu(dwarf, 0, &next, &header_size, nullptr, nullptr, nullptr) == 0 &&
         dwarf_offdie(dwarf, header_size, &die) != nullptr;
}

DwarfUnits::DwarfUnits(File file) : file_(std::move(file)) {}
DwarfUnits::~DwarfUnits() = default;

std::unique_ptr<DwarfUnits> DwarfUnits::open(const std::string& path) {
  auto file = File::open(path);
  if (!file || !file->regular()) return nullptr;
  (void)posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_RANDOM);
  std::unique_ptr<DwarfUnits> out(new DwarfUnits(std::move(*file)));
  return out->read_sections() ? std::move(out) : nullptr;
}

bool DwarfUnits::read_sections() {
  if (elf_version(EV_CURRENT) == EV_NONE) return false;
  const std::unique_ptr<Elf, EndElf> elf(elf_begin(file_.descriptor(), ELF_C_READ, nullptr));
  GElf_Ehdr header;
  size_t names = 0;
  if (!elf || gelf_getehdr(elf.get(), &header) == nullptr || elf_getshdrstrndx(elf.get(), &names) != 0) return false;
  if (header.e_type == ET_REL || header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
    return false;
  }
  uint64_t aranges = 0;
  uint64_t aranges_size = 0;
  DwarfNames::Section strings;
  bool indirect = false;
  for (Elf_Scn* section = elf_nextscn(elf.get(), nullptr); section != nullptr;
       section = elf_nextscn(elf.get(), section)) {
    GElf_Shdr one;
    if (gelf_getshdr(section, &one) == nullptr) return false;
    const char* const raw = elf_strptr(elf.get(), names, one.sh_name);
    const std::string_view name = raw == nullptr ? std::string_view() : raw;
    if (name == ".gnu_debugaltlink" || name.starts_with(".zdebug")) return false;
    if (!name.starts_with(".debug_")) continue;
    if ((one.sh_flags & SHF_COMPRESSED) != 0 || one.sh_type == SHT_NOBITS || one.sh_offset > file_.size() ||
        one.sh_size > file_.size() - one.sh_offset) {
      return false;
    }
    if (name == ".debug_aranges") {
      aranges = one.sh_offset;
      aranges_size = one.sh_size;
    } else if (name == ".debug_str") {
      strings = {one.sh_offset, one.sh_size};
    } else if (name == ".debug_str_offsets") {
      indirect = true;
    } else if (name == ".debug_info") {
      info_ = one.sh_offset;
      info_size_ = one.sh_size;
      info_header_ = header.e_shoff + elf_ndxscn(section) * kSectionHeader;
    }
  }
  if (info_size_ == 0 || info_header_ > file_.size() || file_.size() - info_header_ < kSectionHeader) return false;
  if (!indirect) names_.emplace(file_, DwarfNames::Section{info_, info_size_}, strings);
  return aranges_size != 0 && read_ranges(aranges, aranges_size);
}

// DWARF 5, 6.1.2: sets of a header and pairs of address and length, the last pair zero.
bool DwarfUnits::read_ranges(uint64_t offset, uint64_t size) {
  if (size > kMaxAranges) return false;
  std::string bytes(size, '\0');
  const auto got = file_.read_at(offset, bytes);
  if (!got || *got != size) return false;
  std::string_view rest = bytes;
  while (rest.size() > 12) {
    Numbers set(rest);
    const uint64_t length = set.next(4);
    const uint64_t version = set.next(2);
    const uint64_t unit = set.next(4);
    const uint64_t address_size = set.next(1);
    const uint64_t segment_size = set.next(1);
    if (length > rest.size() - 4 || version != 2 || address_size != 8 || segment_size != 0) return false;
    Numbers pairs(rest.substr(0, length + 4));
    pairs.next(8);
    pairs.next(8);  // 12 bytes of header, filled up to twice an address's size
    for (;;) {
      const uint64_t start = pairs.next(8);
      const uint64_t bytes_there = pairs.next(8);
      if (!pairs.good() || (start == 0 && bytes_there == 0)) break;
      if (bytes_there != 0) ranges_.push_back({start, bytes_there, unit});
    }
    rest.remove_prefix(length + 4);
  }
  std::ranges::sort(ranges_, {}, &Range::start);
  return !ranges_.empty();
}

uint64_t DwarfUnits::length(uint64_t start) const {
  std::array<char, 4> raw{};
  if (start >= info_size_) return 0;
  const auto got = file_.read_at(info_ + start, raw);
  if (!got || *got != raw.size()) return 0;
  uint32_t length = 0;
  std::memcpy(&length, raw.data(), raw.size());
  constexpr uint32_t kReserved = 0xfffffff0;  // from here on: 64-bit DWARF
  return length == 0 || length >= kReserved || length + uint64_t{4} > info_size_ - start ? 0 : length + uint64_t{4};
}

const std::vector<uint64_t>& DwarfUnits::starts() {
  if (!starts_.empty()) return starts_;
  for (uint64_t start = 0; start < info_size_;) {
    const uint64_t bytes = length(start);
    if (bytes == 0) break;
    starts_.push_back(start);
    start += bytes;
  }
  return starts_;
}

Dwarf_Die* DwarfUnits::unit(uint64_t start) {
  const auto known = units_.find(start);
  if (known != units_.end()) return known->second ? &known->second->die : nullptr;
  const uint64_t bytes = length(start);
  auto made = std::make_unique<Unit>();
  if (bytes == 0 || !made->map(file_) || !made->show(info_header_, info_ + start, bytes)) made.reset();
  if (order_.size() >= kMostUnits) {
    units_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(start);
  const auto& kept = units_[start] = std::move(made);
  return kept ? &kept->die : nullptr;
}

std::optional<uint64_t> DwarfUnits::start_of(uint64_t address) const {
  const auto behind = std::ranges::upper_bound(ranges_, address, {}, &Range::start);
  if (behind == ranges_.begin()) return std::nullopt;
  const Range& range = *std::prev(behind);
  return address - range.start < range.size ? std::optional(range.unit) : std::nullopt;
}

Dwarf_Die* DwarfUnits::at(uint64_t address) {
  const auto start = start_of(address);
  return start ? unit(*start) : nullptr;
}

Dwarf_CFI* DwarfUnits::call_frames() {
  if (!whole_) whole_.reset(dwarf_begin(file_.descriptor(), DWARF_C_READ));
  return whole_ ? dwarf_getcfi(whole_.get()) : nullptr;
}

}  // namespace inquest::vmcore
