#include "crashtext/header_database.h"

#include <array>
#include <cstdlib>
#include <utility>

#include <hs/hs.h>

#include "crashtext/header_scanner.h"
#include "crashtext/pattern.h"

namespace inquest::crashtext {
namespace {

constexpr std::array<std::pair<Landmark, std::string_view>, 6> kLandmarks = {{
    {Landmark::Banner, "Linux version "},
    {Landmark::Replay, "** replaying previous printk message **"},
    {Landmark::Disconnected, "serialport: VM disconnected."},
    {Landmark::OtherTrace, "vmalloc: allocation failure:"},
    {Landmark::OtherTrace, "FAULT_INJECTION: forcing a failure"},
    {Landmark::OtherTrace, "FAULT_FLAG_ALLOW_RETRY missing"},
}};

}  // namespace

std::vector<HeaderWord> header_words() {
  std::vector<HeaderWord> out;
  const auto table = families();
  for (size_t i = 0; i < table.size(); ++i) out.push_back({table[i].header, static_cast<uint32_t>(i)});
  for (const auto& [landmark, text] : kLandmarks)
    out.push_back({text, static_cast<uint32_t>(table.size() + static_cast<size_t>(landmark))});
  return out;
}

Result<std::string> compile_headers() {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  std::vector<unsigned> ids;
  for (const HeaderWord& word : header_words()) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back(word.text.data());
    lengths.push_back(word.text.size());
  }
  const std::vector<unsigned> flags(ids.size(), 0);
  // Words need none of what newer CPUs can do: the automaton is as fast as one that is made for them.
  const hs_platform_info_t generic{HS_TUNE_FAMILY_GENERIC, 0, 0, 0};
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t compiled =
      hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(ids.size()),
                           HS_MODE_BLOCK, &generic, &database, &error);
  hs_free_compile_error(error);
  if (compiled != HS_SUCCESS) return fail(ErrorCode::Failed, "the headers of crash reports cannot be compiled");
  char* bytes = nullptr;
  size_t length = 0;
  const hs_error_t serialised = hs_serialize_database(database, &bytes, &length);
  hs_free_database(database);
  if (serialised != HS_SUCCESS) return fail(ErrorCode::Failed, "the compiled headers cannot be written down");
  std::string out(bytes, length);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): the library's allocator
  return out;
}

}  // namespace inquest::crashtext
