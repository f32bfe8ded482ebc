#include "vmcore/slim.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "vmcore/kdump_writer.h"

namespace inquest::vmcore {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// What the header of a dump in another format does not have, the kernel has.
void fill_name(Dump& dump, KdumpPlan& plan) {
  const DumpHeader& header = dump.header();
  plan.sysname = header.sysname.empty() ? "Linux" : header.sysname;
  plan.nodename = header.nodename;
  plan.release = header.release;
  plan.version = header.uts_version;
  plan.machine = dump.arch().machine == Machine::Arm64 ? "aarch64" : "x86_64";
  const auto uts = dump.vmcoreinfo().symbol("init_uts_ns");
  const uint64_t name = dump.vmcoreinfo().uts_name_offset();
  if (!uts) return;
  constexpr size_t kUtsField = 65;
  std::string* const fields[] = {nullptr, &plan.nodename, &plan.release, &plan.version};
  for (size_t i = 1; i < std::size(fields); ++i) {
    if (auto text = dump.kernel().cstring(*uts + name + i * kUtsField, kUtsField)) *fields[i] = std::move(*text);
  }
}

std::vector<ElfNote> notes_of(const Dump& dump) {
  std::vector<ElfNote> out = dump.header().notes;
  if (dump.vmcoreinfo_from_memory()) {
    const std::string& text = dump.vmcoreinfo().text();
    const auto bytes = std::as_bytes(std::span(text));
    out.push_back({"VMCOREINFO", 0, {bytes.begin(), bytes.end()}});
  }
  return out;
}

// The kernel's image is read by its offset here, but libkdumpfile, and so drgn and crash, walk the tables for it.
void read_tables_of_image(const Dump& dump) {
  constexpr uint64_t kStep = uint64_t{2} << 20;  // what the last of the tables maps, or a large page
  constexpr uint64_t kLongest = uint64_t{128} << 20;
  const auto text = dump.vmcoreinfo().symbol("_stext");
  const auto root = dump.kernel().root();
  if (!text || !root) return;
  const VirtAddr start{text->value & ~(kStep - 1)};
  for (uint64_t at = 0; at < kLongest; at += kStep) {
    (void)dump.kernel().tables().walk(dump.memory(), *root, start + at);
  }
}

}  // namespace

Result<SlimResult> write_slim(Dump& dump, std::set<uint64_t> pages, const std::string& path) {
  const PageSource& source = dump.memory().source();
  KdumpPlan plan;
  {
    PageRecorder opening(dump.memory());
    fill_name(dump, plan);
    if (const auto root = dump.kernel().root()) (void)dump.memory().u64(*root);
    read_tables_of_image(dump);
    pages.insert(opening.pages().begin(), opening.pages().end());
  }
  std::vector<std::byte> page(source.page_size());
  std::erase_if(pages, [&](uint64_t pfn) { return !source.load(pfn, page); });

  plan.page_size = source.page_size();
  plan.pages.assign(pages.begin(), pages.end());
  plan.end_pfn = source.end_pfn();
  plan.is_memory = [&source](uint64_t pfn) { return source.is_memory(pfn); };
  plan.notes = notes_of(dump);
  plan.timestamp = dump.header().timestamp;
  plan.dump_level = dump.header().dump_level == 0 ? 31 : dump.header().dump_level;
  plan.cpus = dump.header().cpus != 0 ? dump.header().cpus : static_cast<uint32_t>(dump.cpus().size());
  plan.phys_base = dump.vmcoreinfo().number("phys_base").value_or(dump.header().phys_base.value_or(0));

  // "x": never over a file that is there, which might be the dump itself.
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wbx"));
  const auto system_error = [&path] { return fail(Error{ErrorCode::Io, std::strerror(errno), path, 0, 0}); };
  if (!file) return system_error();
  SlimResult out{plan.pages.size(), 0};
  const auto done = write_kdump(
      plan, [&source](uint64_t pfn, std::span<std::byte> into) { return source.load(pfn, into); },
      [&](std::span<const std::byte> bytes) -> Result<void> {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) return system_error();
        out.bytes += bytes.size();
        return {};
      });
  if (!done) {
    std::remove(path.c_str());
    return fail(done.error());
  }
  if (std::fflush(file.get()) != 0) return system_error();
  return out;
}

}  // namespace inquest::vmcore
