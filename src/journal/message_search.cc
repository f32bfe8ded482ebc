#include "journal/message_search.h"

#include <algorithm>

#include "journal/entry_list.h"
#include "journal/payload.h"

namespace inquest::journal {
namespace {

constexpr std::string_view kMessage = "MESSAGE=";
constexpr uint64_t kHeld = 6 << 20;  // several files may be searched at a time

}  // namespace

std::optional<std::vector<uint64_t>> search_file(const std::string& path, Pattern& pattern, size_t at_most) {
  Residency residency(kHeld);
  auto image = Image::map(path, residency);
  if (!image) return std::nullopt;
  JournalFile file(path, std::move(*image));
  std::vector<uint64_t> found;
  std::string scratch;
  uint64_t at = file.header().size;
  const uint64_t last = file.header().tail_object;
  while (!file.damaged() && at <= last) {
    file.image().relax();
    const char* const head = file.image().at(at, kObjectHeader);
    const uint64_t length = head == nullptr ? 0 : load<uint64_t>(head + 8);
    if (length < kObjectHeader || length > file.size() - at) return std::nullopt;
    if (static_cast<ObjectType>(head[0]) == ObjectType::Data) {
      const auto data = file.data(at);
      if (!data) return std::nullopt;
      const auto front = file.payload(*data, scratch, kMessage.size());
      if (front && front->starts_with(kMessage)) {
        const auto payload = data->flags == 0 ? front : file.payload(*data, scratch, kLargestPayload);
        if (payload && pattern.matches(payload->substr(kMessage.size()))) {
          const EntryList entries = EntryList::of(file, *data);
          if (entries.size() > at_most - found.size()) return std::nullopt;
          for (uint64_t i = 0; i < entries.size(); ++i) found.push_back(entries.at(i));
        }
      }
    }
    at = aligned(at + length);
  }
  if (file.damaged() || !file.has_header()) return std::nullopt;
  std::ranges::sort(found);
  const auto [from, to] = std::ranges::unique(found);
  found.erase(from, to);
  return found;
}

MessageSearch::Verdict MessageSearch::judge(JournalFile& file, uint64_t offset) {
  Known& known = known_[(offset / 8 + file.index()) % known_.size()];
  if (known.offset == offset && known.file == file.index() && offset != 0) return known.verdict;
  const auto data = file.data(offset);
  if (!data) return Verdict::Other;
  Verdict verdict = Verdict::Other;
  const auto front = file.payload(*data, scratch_, kMessage.size());
  if (front && front->starts_with(kMessage)) {
    const auto payload = data->flags == 0 ? front : file.payload(*data, scratch_, kLargestPayload);
    verdict = payload && pattern_.matches(payload->substr(kMessage.size())) ? Verdict::Yes : Verdict::No;
  }
  if (data->entries > 1 || data->flags != 0) known = {offset, file.index(), verdict};
  return verdict;
}

bool MessageSearch::matches(JournalFile& file, const Entry& entry) {
  for (uint32_t i = 0; i < entry.item_count; ++i) {
    if (const Verdict verdict = judge(file, entry.item(i)); verdict != Verdict::Other) return verdict == Verdict::Yes;
  }
  return false;
}

}  // namespace inquest::journal
