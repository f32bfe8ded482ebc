// Any text as InfluxQL, and what stands behind its first byte 1 as its parameters, over a store with some rows: it
// ends, within its limits, with JSON.
#include "query/influxql.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "support/fake_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  testing::FakeStore store;
  for (int i = 0; i < 12; ++i) {
    const store::SeriesKey key{i % 2 == 0 ? "cpu" : "mem", {{"host", i % 3 == 0 ? "a" : "b"}}};
    store.lines.push_back({key, i * kSecond, {{"usage", i * 1.5}, {"free", -i}}});
  }
  query::Limits limits;
  limits.steps = 200'000;
  limits.memory = uint64_t{64} << 20;
  query::Context context(1'767'225'600 * kSecond, &store, limits);
  query::InfluxqlRequest request;
  const size_t end = text.find('\x01');
  request.query = text.substr(0, end);
  if (end != std::string_view::npos) request.parameters = text.substr(end + 1);
  request.database = "telegraf";
  if (!query::answer_influxql(request, context).body.ends_with('\n')) std::abort();
  return 0;
}
