// Whatever the bytes: how they come in pieces changes nothing, and an entry stays within its bounds.

#include "record/journal_stream.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace {

using namespace inquest;

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{}\n", law);
  std::abort();
}

std::string read(std::string_view bytes, size_t piece) {
  std::string out;
  record::JournalStream stream;
  const auto take = [&](record::JournalStreamEntry&& entry) {
    require(!entry.fields.empty() && entry.fields.size() <= record::JournalStream::kMostFields, "fields are bounded");
    size_t size = 0;
    for (const auto& [name, value] : entry.fields) {
      size += name.size() + value.size();
      out += fmt::format("{}={}\x1e", name, value);
    }
    require(size <= record::JournalStream::kLongestEntry, "an entry is bounded");
    const store::Event event = record::journal_event(std::move(entry), "192.0.2.7", 5);
    require(!event.host.empty() && event.severity <= 8, "an event says whose it is");
    out += '\x1f';
  };
  for (size_t at = 0; at < bytes.size(); at += piece) stream.feed(bytes.substr(at, piece), take);
  stream.finish(take);
  return out + fmt::format("{}", stream.malformed());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require(read(bytes, 1 + size % 23) == read(bytes, size + 1), "pieces give the same entries");
  return 0;
}
