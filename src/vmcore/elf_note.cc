#include "vmcore/elf_note.h"

#include "base/cursor.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxNotes = 65'536;

// A field and the padding behind it, which the last one may lack.
Result<std::span<const std::byte>> take_padded(Cursor& in, uint32_t size) {
  auto field = in.take(size);
  if (field) {
    if (const size_t padding = (4 - size % 4) % 4; !in.skip(padding)) (void)in.skip(in.remaining());
  }
  return field;
}

}  // namespace

std::vector<ElfNote> parse_elf_notes(std::span<const std::byte> segment) {
  std::vector<ElfNote> out;
  Cursor in(segment);
  while (out.size() < kMaxNotes) {
    const auto name_size = in.read<uint32_t>();
    const auto data_size = in.read<uint32_t>();
    const auto type = in.read<uint32_t>();
    if (!name_size || !data_size || !type) break;
    const auto name = take_padded(in, *name_size);
    if (!name) break;
    const auto data = take_padded(in, *data_size);
    if (!data) break;
    if (name->empty() && data->empty()) continue;
    std::string text(reinterpret_cast<const char*>(name->data()), name->size());
    text.resize(std::min(text.find('\0'), text.size()));
    out.push_back({std::move(text), *type, {data->begin(), data->end()}});
  }
  return out;
}

}  // namespace inquest::vmcore
