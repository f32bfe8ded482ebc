// Any text as a query, in a world without a store: it ends, within its limits, with a result or an error that says
// where.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/engine.h"
#include "query/parser.h"
#include "query/request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  query::Limits limits;
  limits.steps = 200'000;
  limits.memory = uint64_t{64} << 20;
  limits.text = uint64_t{1} << 20;
  query::Context context(1'767'225'600 * kSecond, nullptr, limits);
  const auto ran = query::run(text, "", context, [](std::string_view, query::Tables tables) {
    for (const query::Table& table : tables) {
      for (const auto& [label, column] : table.columns) {
        if (column.size() != table.rows) std::abort();
      }
    }
    return Result<void>{};
  });
  if (!ran && ran.error().message.empty()) std::abort();
  if (auto request = query::parse_request("application/json", text)) (void)query::parse(request->prefix);
  return 0;
}
