#include "decode/part.h"

#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr size_t kHead = 64 * 1024;

}  // namespace

const Decoder* part_decoder(std::string_view name, std::string_view bytes) {
  if (trim(bytes).empty()) return nullptr;
  const Head head{bytes.substr(0, kHead), name, bytes.size() <= kHead};
  const Decoder* decoder = choose(head);
  if (decoder == nullptr || decoder->open == nullptr) return nullptr;
  return decoder->sniff(head) == Claim::Composed ? nullptr : decoder;
}

bool read_part(Sink& sink, const Place& at, std::string_view name, std::string_view bytes) {
  const Decoder* decoder = part_decoder(name, bytes);
  if (decoder == nullptr) return false;
  Sink section = sink.section(at, name);
  const auto reader = decoder->open(section);
  reader->feed(bytes);
  reader->finish();
  section.finish();
  return true;
}

std::string_view part_name(std::string_view command) {
  const auto words = split_blanks(command);
  if (words.empty()) return {};
  std::string_view word = words.back();
  for (size_t i = words.size(); i-- > 1 && (word.starts_with('-') || word.find('/') == std::string_view::npos);) {
    if (words[i].find('/') != std::string_view::npos) word = words[i];
  }
  if (word.find('/') == std::string_view::npos) word = words[0];
  return word.substr(word.rfind('/') + 1);
}

}  // namespace inquest::decode
