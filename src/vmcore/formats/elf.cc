#include "vmcore/formats/elf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include <elf.h>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/cursor.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxHeaders = 1 << 20;  // program headers: makedumpfile writes one for each run of pages
constexpr uint64_t kMaxNotes = uint64_t{256} << 20;
constexpr uint64_t kKernelMap = 0xffffffff80000000;  // __START_KERNEL_map of x86-64

struct ProgramHeader {
  uint32_t type = 0;
  uint64_t offset = 0, vaddr = 0, paddr = 0, file_size = 0, memory_size = 0;
};

struct FileHeader {
  uint16_t type = 0, machine = 0;
  uint64_t program_headers = 0, section_headers = 0;
  uint32_t count = 0;
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<FileHeader> read_file_header(const ByteSource& bytes) {
  std::array<std::byte, sizeof(Elf64_Ehdr)> raw{};
  if (const auto got = bytes.read(0, raw); !got) return fail(got.error());
  if (raw[EI_CLASS] != std::byte{ELFCLASS64} || raw[EI_DATA] != std::byte{ELFDATA2LSB}) {
    return fail_at(bytes, EI_CLASS, ErrorCode::Unsupported, "a dump of a machine that is not 64-bit little-endian");
  }
  FileHeader out;
  Cursor in(raw, bytes.name());
  (void)in.skip(EI_NIDENT);
  out.type = *in.read<uint16_t>();
  out.machine = *in.read<uint16_t>();
  (void)in.skip(12);
  out.program_headers = *in.read<uint64_t>();
  out.section_headers = *in.read<uint64_t>();
  (void)in.skip(8);
  out.count = *in.read<uint16_t>();
  if (out.type != ET_CORE) {
    return fail_at(bytes, 16, ErrorCode::Unsupported, "an ELF file, but no dump of memory");
  }
  if (out.count == PN_XNUM) {  // the count is in the first section header's sh_info
    std::array<std::byte, sizeof(Elf64_Shdr)> section{};
    if (const auto got = bytes.read(out.section_headers, section); !got) return fail(got.error());
    Cursor count(std::span<const std::byte>(section).subspan(44), bytes.name());
    out.count = *count.read<uint32_t>();
  }
  return out;
}

ProgramHeader read_program_header(Cursor& in) {
  ProgramHeader out;
  out.type = *in.read<uint32_t>();
  (void)in.skip(4);
  out.offset = *in.read<uint64_t>();
  out.vaddr = *in.read<uint64_t>();
  out.paddr = *in.read<uint64_t>();
  out.file_size = *in.read<uint64_t>();
  out.memory_size = *in.read<uint64_t>();
  (void)in.skip(8);
  return out;
}

void add_notes(const ByteSource& bytes, const ProgramHeader& segment, DumpHeader& header) {
  const uint64_t there = segment.offset < bytes.size() ? bytes.size() - segment.offset : 0;
  if (segment.file_size > there) header.problems.emplace_back("the file ends inside of its notes");
  const auto raw = bytes.bytes(segment.offset, std::min(segment.file_size, there), kMaxNotes);
  if (!raw) {
    header.problems.push_back(fmt::format("the notes cannot be read: {}", raw.error().message));
    return;
  }
  for (ElfNote& note : parse_elf_notes(*raw)) header.notes.push_back(std::move(note));
}

}  // namespace

bool ElfFile::sniff(std::span<const std::byte> head) { return text_of(head).starts_with("\177ELF"); }

Result<std::unique_ptr<ElfFile>> ElfFile::open(std::unique_ptr<ByteSource> bytes, DumpHeader& header) {
  const auto file = read_file_header(*bytes);
  if (!file) return fail(file.error());
  header.format = "ELF";
  if (file->machine == EM_X86_64) header.machine = Machine::X86_64;
  if (file->machine == EM_AARCH64) header.machine = Machine::Arm64;
  if (file->count == 0) return fail_at(*bytes, 56, ErrorCode::Malformed, "no program headers");
  const auto table =
      bytes->bytes(file->program_headers, uint64_t{file->count} * sizeof(Elf64_Phdr), kMaxHeaders * sizeof(Elf64_Phdr));
  if (!table) return fail(table.error());

  std::unique_ptr<ElfFile> out(new ElfFile(std::move(bytes)));
  const ByteSource& in = *out->bytes_;
  Cursor headers(*table, in.name());
  for (uint32_t i = 0; i < file->count; ++i) {
    const ProgramHeader segment = read_program_header(headers);
    if (segment.type == PT_NOTE) add_notes(in, segment, header);
    if (segment.type != PT_LOAD || segment.memory_size == 0) continue;
    const auto end = checked_add(segment.paddr, segment.memory_size);
    if (!end || !checked_add(segment.offset, segment.file_size)) {
      header.problems.push_back(fmt::format("program header {} wraps", i));
      continue;
    }
    const uint64_t stored = std::min(segment.file_size, segment.memory_size);
    if (stored < segment.memory_size) header.excluded_read_as_zero = true;
    if (segment.offset + stored > in.size()) header.incomplete = true;
    if (header.machine == Machine::X86_64 && segment.vaddr >= kKernelMap) {
      header.phys_base = static_cast<int64_t>(segment.paddr - (segment.vaddr - kKernelMap));
    }
    out->ranges_.push_back({segment.paddr, segment.memory_size, stored, segment.offset});
  }
  if (out->ranges_.empty()) return fail_at(in, file->program_headers, ErrorCode::Malformed, "no memory in this dump");
  if (header.incomplete) header.problems.emplace_back("the file ends before the memory that it should hold");

  // The kernel's own segment of /proc/vmcore lies inside another on old kernels: the part that is told twice counts
  // once.
  std::ranges::stable_sort(out->ranges_, {}, &Range::start);
  uint64_t end = 0;
  std::erase_if(out->ranges_, [&end](Range& range) {
    const uint64_t range_end = range.start + range.memory;
    if (range_end <= end) return true;
    if (range.start < end) {
      const uint64_t cut = end - range.start;
      range = {end, range.memory - cut, range.stored - std::min(range.stored, cut), range.at + cut};
    }
    end = range_end;
    return false;
  });

  for (const ElfNote& note : header.notes) {
    if (note.name != "VMCOREINFO") continue;
    const uint64_t size = VmcoreInfo::parse(text_of(note.data)).page_size().value_or(4096);
    if (size >= 4096 && size <= 65536 && std::has_single_bit(size)) out->page_size_ = static_cast<uint32_t>(size);
  }
  return out;
}

// A page may begin or end outside of a range: memory maps have ranges that are no whole pages. What is outside is zero.
Result<void> ElfFile::load(uint64_t pfn, std::span<std::byte> out) const {
  const auto start = checked_mul(pfn, uint64_t{page_size_});
  if (!start) return fail(ErrorCode::NotFound, "the machine has no memory there");
  const uint64_t end = *start + out.size();
  std::ranges::fill(out, std::byte{0});
  bool any = false;
  auto range = std::ranges::upper_bound(ranges_, *start, {}, &Range::start);
  if (range != ranges_.begin()) --range;
  for (; range != ranges_.end() && range->start < end; ++range) {
    const uint64_t from = std::max(*start, range->start);
    const uint64_t to = std::min(end, range->start + range->memory);
    if (from >= to) continue;
    any = true;
    const uint64_t stored_to = std::min(to, range->start + range->stored);
    if (from >= stored_to) continue;
    const auto part = out.subspan(static_cast<size_t>(from - *start), static_cast<size_t>(stored_to - from));
    if (const auto got = bytes_->read(range->at + (from - range->start), part); !got) return fail(got.error());
  }
  return any ? Result<void>() : fail(ErrorCode::NotFound, "the machine has no memory there");
}

uint64_t ElfFile::end_pfn() const {
  const Range& last = ranges_.back();
  return (last.start + last.memory - 1) / page_size_ + 1;
}

bool ElfFile::is_memory(uint64_t pfn) const {
  const auto start = checked_mul(pfn, uint64_t{page_size_});
  if (!start) return false;
  const auto next = std::ranges::upper_bound(ranges_, *start + page_size_ - 1, {}, &Range::start);
  return next != ranges_.begin() && std::prev(next)->start + std::prev(next)->memory > *start;
}

std::optional<uint64_t> ElfFile::next_stored(uint64_t pfn) const {
  const auto address = checked_mul(pfn, uint64_t{page_size_});
  if (!address) return std::nullopt;
  auto range = std::ranges::upper_bound(ranges_, *address, {}, &Range::start);
  if (range != ranges_.begin()) --range;
  for (; range != ranges_.end(); ++range) {
    const uint64_t from = std::max(*address, range->start);
    if (from < range->start + range->stored) return from / page_size_;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore
