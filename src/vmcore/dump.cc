#include "vmcore/dump.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include <elf.h>

#include <fmt/format.h>

#include "vmcore/formats/elf.h"
#include "vmcore/formats/flattened.h"
#include "vmcore/formats/kdump.h"
#include "vmcore/formats/split.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kHead = 64;
constexpr size_t kMaxParts = 1024;

using Head = std::array<std::byte, kHead>;

// Zeros where the file is shorter.
Head head_of(const ByteSource& bytes) {
  Head head{};
  const auto count = static_cast<size_t>(std::min<uint64_t>(bytes.size(), head.size()));
  if (!bytes.read(0, std::span(head).first(count))) head.fill(std::byte{0});
  return head;
}

// The file, out of its flattened form where it has that.
Result<std::unique_ptr<ByteSource>> unflatten(std::unique_ptr<ByteSource> bytes, DumpHeader& header) {
  if (!FlattenedBytes::sniff(head_of(*bytes))) return bytes;
  auto flattened = FlattenedBytes::open(std::move(bytes));
  if (!flattened) return fail(flattened.error());
  header.flattened = true;
  if (!(*flattened)->complete()) {
    header.incomplete = true;
    header.problems.emplace_back("the flattened stream ends before its mark of the end");
  }
  return std::unique_ptr<ByteSource>(std::move(*flattened));
}

std::string_view refusal(const Head& head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  // The magic number of arch/s390's stand-alone dump, DF_S390_MAGIC.
  if (text.starts_with("\xa8\x19\x01\x73\x61\x8f\x23\xfd")) return "a dump of an s390 machine, which is not read";
  if (text.starts_with("PAGEDUMP") || text.starts_with("PAGEDU64")) return "a dump of Windows, which is not read";
  if (text.starts_with("\x0e\x5c\xed\xa1")) return "an LKCD dump, which is not read";
  return {};
}

Result<std::unique_ptr<PageSource>> open_pages(std::vector<std::unique_ptr<ByteSource>> files, DumpHeader& header) {
  std::vector<std::unique_ptr<KdumpFile>> parts;
  for (std::unique_ptr<ByteSource>& file : files) {
    DumpHeader part_header;
    auto bytes = unflatten(std::move(file), part_header);
    if (!bytes) return fail(bytes.error());
    const Head head = head_of(**bytes);
    if (ElfFile::sniff(head) && files.size() == 1) {
      auto elf = ElfFile::open(std::move(*bytes), part_header);
      if (!elf) return fail(elf.error());
      header = std::move(part_header);
      return std::unique_ptr<PageSource>(std::move(*elf));
    }
    if (!KdumpFile::sniff(head)) {
      if (const std::string_view why = refusal(head); !why.empty()) {
        return fail_at(**bytes, 0, ErrorCode::Unsupported, std::string(why));
      }
      return fail_at(**bytes, 0, ErrorCode::Malformed, "not a kernel dump of a known format");
    }
    auto part = KdumpFile::open(std::move(*bytes), part_header);
    if (!part) return fail(part.error());
    // The first part has the notes; all have the rest.
    if (parts.empty() || (header.notes.empty() && !part_header.notes.empty())) header = std::move(part_header);
    parts.push_back(std::move(*part));
  }
  if (parts.size() == 1 && !parts.front()->split()) return std::unique_ptr<PageSource>(std::move(parts.front()));
  auto split = SplitDump::open(std::move(parts), header);
  if (!split) return fail(split.error());
  return std::unique_ptr<PageSource>(std::move(*split));
}

// A copy of VMCOREINFO is this kernel's if with it, and only with it, the kernel's own name can be read where it says.
bool explains_memory(PhysicalMemory& memory, const PageTables& tables, const VmcoreInfo& info) {
  AddressSpace kernel(memory, tables, tables.kernel_root());
  const auto uts = info.symbol("init_uts_ns");
  if (!uts) return false;
  constexpr uint64_t kUtsField = 65;
  const auto release = kernel.cstring(*uts + info.uts_name_offset() + 2 * kUtsField, kUtsField);
  return release && *release == info.osrelease();
}

}  // namespace

bool Dump::sniff(std::span<const std::byte> head) {
  if (KdumpFile::sniff(head) || FlattenedBytes::sniff(head)) return true;
  return ElfFile::sniff(head) && head.size() > 17 && head[EI_CLASS] == std::byte{ELFCLASS64} &&
         head[16] == std::byte{ET_CORE};
}

Result<Dump> Dump::open(const std::vector<std::string>& paths) {
  std::vector<std::unique_ptr<ByteSource>> files;
  for (const std::string& path : paths) {
    auto file = FileBytes::open(path);
    if (!file) return fail(file.error());
    files.push_back(std::make_unique<FileBytes>(std::move(*file)));
  }
  return open(std::move(files));
}

Result<Dump> Dump::open(std::vector<std::unique_ptr<ByteSource>> files) {
  if (files.empty() || files.size() > kMaxParts) return fail(ErrorCode::Limit, "a dump is 1 to 1024 files");
  Dump out;
  for (const auto& file : files) out.paths_.push_back(file->name());
  auto pages = open_pages(std::move(files), out.header_);
  if (!pages) return fail(pages.error());
  out.arch_ = find_arch(out.header_);
  if (out.arch_ == nullptr) {
    return fail(Error{ErrorCode::Unsupported,
                      fmt::format("a dump of a machine ({}) of which the page tables are not known",
                                  out.header_.machine_name.empty() ? "unknown" : out.header_.machine_name),
                      out.paths_.front(), 0, 0});
  }
  out.memory_ = std::make_unique<PhysicalMemory>(std::move(*pages));
  out.read_cpus();
  if (auto done = out.find_vmcoreinfo_and_tables(); !done) return fail(done.error());
  return out;
}

void Dump::read_cpus() {
  uint32_t index = 0;
  for (const ElfNote& note : header_.notes) {
    if (note.name == "QEMU") from_qemu_ = true;
    if (note.name != "CORE" || note.type != NT_PRSTATUS) continue;
    if (auto registers = arch_->prstatus(note.data)) {
      cpus_.push_back({index, prstatus_pid(note.data), std::move(*registers)});
    }
    ++index;
  }
}

Result<void> Dump::find_vmcoreinfo_and_tables() {
  for (const ElfNote& note : header_.notes) {
    if (note.name != "VMCOREINFO" || !vmcoreinfo_.empty()) continue;
    vmcoreinfo_ = VmcoreInfo::parse({reinterpret_cast<const char*>(note.data.data()), note.data.size()});
  }
  if (vmcoreinfo_.empty()) {
    auto found = find_vmcoreinfo(*memory_, [this](const VmcoreInfo& info) {
      const auto tables = arch_->page_tables(info, header_);
      return tables && explains_memory(*memory_, **tables, info);
    });
    if (found) {
      vmcoreinfo_ = std::move(*found);
      vmcoreinfo_from_memory_ = true;
      header_.problems.emplace_back("the dump has no VMCOREINFO; a copy was found in its memory");
    } else {
      header_.problems.push_back(found.error().message);
    }
  }
  auto tables = arch_->page_tables(vmcoreinfo_, header_);
  if (!tables) return fail(tables.error());
  tables_ = std::move(*tables);

  std::optional<PhysAddr> root = tables_->kernel_root();
  for (const ElfNote& note : header_.notes) {
    if (!root && note.name == "QEMU") root = arch_->qemu_root(note.data);
  }
  kernel_ = std::make_unique<AddressSpace>(*memory_, *tables_, root);
  return {};
}

}  // namespace inquest::vmcore
