// Synthetic machines of x86-64, and the dumps that the formats make of them. Only headers: the tests of src/vmcore are
// built without the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "vmcore/dump.h"
#include "vmcore/kdump_writer.h"

namespace inquest::testing {

// Memory that a test fills, with page tables and the note that tells where they are.
class SyntheticMachine {
 public:
  static constexpr uint64_t kPage = 4096;
  static constexpr uint64_t kKernelMap = 0xffffffff80000000;
  static constexpr uint64_t kUts = kKernelMap + 0x3000;
  static constexpr uint64_t kDirect = 0xff11000000000000;

  // `phys_base`: where the kernel's image begins in memory, less than nothing where KASLR put it so.
  explicit SyntheticMachine(int levels = 5, int64_t phys_base = 0x100000) : levels_(levels), phys_base_(phys_base) {
    write(image(kUts + 2 * 65), "6.1.0-test");
  }

  // The physical address of one in the kernel's image.
  uint64_t image(uint64_t address) const { return address - kKernelMap + static_cast<uint64_t>(phys_base_); }
  uint64_t root() const { return image(kKernelMap + 0x1000); }

  void write(uint64_t address, std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) page((address + i) / kPage)[(address + i) % kPage] = text[i];
  }
  void write_u64(uint64_t address, uint64_t value) {
    write(address, {reinterpret_cast<const char*>(&value), sizeof(value)});
  }
  // A page of bytes that no two pages have in common, and that hardly compress.
  void fill(uint64_t pfn) {
    uint64_t state = pfn * 0x9E3779B97F4A7C15 + 1;
    for (char& c : page(pfn)) {
      state = state * 6364136223846793005 + 1442695040888963407;
      c = static_cast<char>(state >> 56);
    }
  }

  // Maps a page of 1 << shift bytes (12, 21 or 30); `flags` go into the last entry.
  void map(uint64_t address, uint64_t physical, int shift = 12, uint64_t flags = 0x63) {
    uint64_t table = root();
    for (int at = 12 + 9 * (levels_ - 1); at > shift; at -= 9) {
      const uint64_t entry = table + (address >> at & 511) * 8;
      if (read_u64(entry) == 0) {
        write_u64(entry, next_table_ | 0x63);
        page(next_table_ / kPage);
        next_table_ += kPage;
      }
      table = read_u64(entry) & 0xffffffffff000;
    }
    write_u64(table + (address >> shift & 511) * 8, physical | flags | (shift > 12 ? 0x80 : 0));
  }

  std::string vmcoreinfo() const {
    return fmt::format(
        "OSRELEASE=6.1.0-test\nBUILD-ID=00ff\nPAGESIZE=4096\nSYMBOL(init_uts_ns)={:x}\nOFFSET(uts_namespace.name)=0\n"
        "SYMBOL(_stext)={:x}\nNUMBER(phys_base)={}\nSYMBOL(init_top_pgt)={:x}\nNUMBER(pgtable_l5_enabled)={}\n"
        "NUMBER(sme_mask)=0\nNUMBER(KERNEL_IMAGE_SIZE)=1073741824\n",
        kUts, kKernelMap + 0x2000, phys_base_, kKernelMap + 0x1000, levels_ == 5 ? 1 : 0);
  }

  std::vector<vmcore::ElfNote> notes() const {
    std::vector<std::byte> status(336);
    const uint64_t ip = kKernelMap + 0x2345;
    const uint32_t pid = 77;
    std::memcpy(status.data() + 32, &pid, 4);
    std::memcpy(status.data() + 112 + 16 * 8, &ip, 8);
    const std::string text = vmcoreinfo();
    const auto bytes = std::as_bytes(std::span(text));
    return {{"CORE", 1, status}, {"VMCOREINFO", 0, {bytes.begin(), bytes.end()}}};
  }

  std::string& page(uint64_t pfn) {
    std::string& out = pages_[pfn];
    out.resize(kPage);
    return out;
  }
  const std::map<uint64_t, std::string>& pages() const { return pages_; }

 private:
  uint64_t read_u64(uint64_t address) {
    uint64_t value = 0;
    std::memcpy(&value, page(address / kPage).data() + address % kPage, 8);
    return value;
  }

  int levels_;
  int64_t phys_base_;
  uint64_t next_table_ = 0x40000000;
  std::map<uint64_t, std::string> pages_;
};

// A file's bytes that outlive the dump that reads them.
using Bytes = std::vector<std::byte>;

inline void put(Bytes& out, const void* from, size_t size) {
  const auto* const bytes = static_cast<const std::byte*>(from);
  out.insert(out.end(), bytes, bytes + size);
}

inline vmcore::KdumpPlan plan_of(const SyntheticMachine& machine) {
  vmcore::KdumpPlan plan;
  for (const auto& [pfn, bytes] : machine.pages()) plan.pages.push_back(pfn);
  plan.end_pfn = plan.pages.back() + 100;
  plan.is_memory = [end = plan.pages.back() + 2](uint64_t pfn) { return pfn < end; };
  plan.notes = machine.notes();
  plan.release = "6.1.0-test";
  plan.cpus = 1;
  plan.timestamp = 1'700'000'000;
  return plan;
}

inline Bytes kdump_of(const SyntheticMachine& machine, const vmcore::KdumpPlan& plan) {
  Bytes out;
  const auto done = vmcore::write_kdump(
      plan,
      [&](uint64_t pfn, std::span<std::byte> into) -> Result<void> {
        std::memcpy(into.data(), machine.pages().at(pfn).data(), into.size());
        return {};
      },
      [&](std::span<const std::byte> bytes) -> Result<void> {
        out.insert(out.end(), bytes.begin(), bytes.end());
        return {};
      });
  return done ? out : Bytes();
}

struct ElfPlan {
  bool qemu_layout = false;  // section headers first, p_vaddr 0 and e_ehsize 8, as QEMU 7.2 has it
  bool notes = true;
  uint64_t excluded = 0;  // bytes that the file does not have at the end of each range that ends in zeros
  uint64_t vaddr = 0;     // of the range that begins at 0, if any
};

// One range for each run of pages.
inline Bytes elf_of(const SyntheticMachine& machine, const ElfPlan& plan = {}) {
  struct Run {
    uint64_t start, size;
    std::string bytes;
  };
  std::vector<Run> runs;
  for (const auto& [pfn, bytes] : machine.pages()) {
    const uint64_t start = pfn * SyntheticMachine::kPage;
    if (runs.empty() || runs.back().start + runs.back().size != start) runs.push_back({start, 0, {}});
    runs.back().size += bytes.size();
    runs.back().bytes += bytes;
  }
  Bytes notes;
  for (const vmcore::ElfNote& note : machine.notes()) {
    const auto name = static_cast<uint32_t>(note.name.size() + 1);
    const auto size = static_cast<uint32_t>(note.data.size());
    for (const uint32_t field : {name, size, note.type}) put(notes, &field, 4);
    put(notes, note.name.c_str(), name);
    notes.resize((notes.size() + 3) / 4 * 4);
    put(notes, note.data.data(), size);
    notes.resize((notes.size() + 3) / 4 * 4);
  }
  const uint64_t headers_at = plan.qemu_layout ? 192 : 64;
  const uint16_t count = static_cast<uint16_t>(runs.size() + (plan.notes ? 1 : 0));
  uint64_t at = headers_at + uint64_t{count} * 56;
  Bytes out;
  put(out, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16);
  const uint16_t kinds[] = {4, 62};
  put(out, kinds, 4);
  const uint32_t version = 1;
  put(out, &version, 4);
  const uint64_t places[] = {0, headers_at, plan.qemu_layout ? 64ULL : 0ULL};
  put(out, places, 24);
  const uint32_t flags = 0;
  put(out, &flags, 4);
  const uint16_t sizes[] = {static_cast<uint16_t>(plan.qemu_layout ? 8 : 64), 56, count, 64, 0, 0};
  put(out, sizes, 12);
  out.resize(headers_at);
  const auto stored_of = [&plan](const Run& run) {
    const uint64_t last = std::min(plan.excluded, run.size);
    const bool zeros = run.bytes.find_first_not_of('\0', run.size - last) == std::string::npos;
    return run.size - (zeros ? last : 0);
  };
  const auto header = [&out](uint32_t type, std::initializer_list<uint64_t> fields) {
    const uint32_t start[] = {type, 0};
    put(out, start, 8);
    for (const uint64_t field : fields) put(out, &field, 8);
  };
  if (plan.notes) header(4, {at, 0, 0, notes.size(), notes.size(), 0});
  if (plan.notes) at += notes.size();
  for (const Run& run : runs) {
    const uint64_t stored = stored_of(run);
    header(1, {at, plan.qemu_layout ? 0 : plan.vaddr, run.start, stored, run.size, 0});
    at += stored;
  }
  if (plan.notes) put(out, notes.data(), notes.size());
  for (const Run& run : runs) put(out, run.bytes.data(), stored_of(run));
  return out;
}

// The dump as a stream of pieces of `piece` bytes, the second half before the first, as makedumpfile -F might.
inline Bytes flattened(const Bytes& dump, size_t piece) {
  Bytes out;
  put(out, "makedumpfile\0\0\0\0", 16);
  out.resize(4096);
  const auto head = [&out](int64_t offset, int64_t size) {
    const uint64_t fields[] = {__builtin_bswap64(static_cast<uint64_t>(offset)),
                               __builtin_bswap64(static_cast<uint64_t>(size))};
    put(out, fields, 16);
  };
  const size_t half = dump.size() / 2;
  for (const auto& [from, to] : {std::pair{half, dump.size()}, std::pair{size_t{0}, half}}) {
    for (size_t at = from; at < to; at += piece) {
      const size_t size = std::min(piece, to - at);
      head(static_cast<int64_t>(at), static_cast<int64_t>(size));
      put(out, dump.data() + at, size);
    }
  }
  head(-1, -1);
  return out;
}

// The files as a dump; they must outlive it.
inline Result<vmcore::Dump> open_dump(std::initializer_list<const Bytes*> files) {
  std::vector<std::unique_ptr<vmcore::ByteSource>> sources;
  for (const Bytes* file : files) sources.push_back(std::make_unique<vmcore::MemoryBytes>(*file));
  return vmcore::Dump::open(std::move(sources));
}

}  // namespace inquest::testing
