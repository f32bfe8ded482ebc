// bench_sparse_dump DUMP OUT GIGABYTES: the same kernel's memory as an ELF dump of that many gigabytes, nearly all of
// it a hole in the file. What it costs to ask it something shows whether cost follows the question or the dump's size.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "vmcore/dump.h"

namespace {

using inquest::vmcore::Dump;
using inquest::vmcore::ElfNote;

constexpr uint64_t kHeaders = 64 + 2 * 56;

class Fields {
 public:
  Fields& add(uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) out_ += i < 8 ? static_cast<char>(value >> (8 * i)) : '\0';
    return *this;
  }
  Fields& text(std::string_view value) {
    out_ += value;
    return *this;
  }
  Fields& pad(size_t alignment) {
    out_.resize((out_.size() + alignment - 1) / alignment * alignment);
    return *this;
  }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

std::string notes_of(const Dump& dump) {
  Fields out;
  for (const ElfNote& note : dump.header().notes) {
    out.add(note.name.size() + 1, 4).add(note.data.size(), 4).add(note.type, 4).text(note.name).add(0, 1).pad(4);
    out.text({reinterpret_cast<const char*>(note.data.data()), note.data.size()}).pad(4);
  }
  return out.bytes();
}

bool write_at(int file, uint64_t offset, const void* bytes, size_t size) {
  return pwrite(file, bytes, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

}  // namespace

int main(int argc, char** argv) {
  const auto gigabytes = argc == 4 ? inquest::parse_int<uint64_t>(argv[3]) : std::nullopt;
  if (!gigabytes) {
    std::fprintf(stderr, "usage: bench_sparse_dump DUMP OUT GIGABYTES\n");
    return 2;
  }
  const auto dump = Dump::open(argv[1]);
  if (!dump) {
    std::fprintf(stderr, "%s\n", dump.error().text().c_str());
    return 3;
  }
  const uint64_t size = *gigabytes << 30;
  const std::string notes = notes_of(*dump);
  const uint64_t memory_at = (kHeaders + notes.size() + 4095) / 4096 * 4096;
  Fields header;
  header.text({"\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16}).add(4, 2).add(62, 2).add(1, 4).add(0, 8).add(64, 8).add(0, 8);
  header.add(0, 4).add(64, 2).add(56, 2).add(2, 2).add(0, 6);
  header.add(4, 8).add(kHeaders, 8).add(0, 16).add(notes.size(), 8).add(notes.size(), 8).add(0, 8);
  header.add(1, 8).add(memory_at, 8).add(0, 16).add(size, 8).add(size, 8).add(0, 8).text(notes);

  const int file = open(argv[2], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  bool good = file >= 0 && write_at(file, 0, header.bytes().data(), header.bytes().size());
  good = good && ftruncate(file, static_cast<off_t>(memory_at + size)) == 0;
  const auto& source = dump->memory().source();
  std::vector<std::byte> page(source.page_size());
  for (auto pfn = source.next_stored(0); good && pfn; pfn = source.next_stored(*pfn + 1)) {
    const uint64_t address = *pfn * page.size();
    if (address < size && source.load(*pfn, page)) good = write_at(file, memory_at + address, page.data(), page.size());
  }
  if (!good || close(file) != 0) {
    std::perror(argv[2]);
    return 4;
  }
  return 0;
}
