#include "evidence/remote/source.h"

#include <optional>

#include "base/text.h"
#include "evidence/kept_bytes.h"
#include "evidence/remote/influx1.h"
#include "evidence/remote/influx2.h"
#include "evidence/remote/prometheus.h"

namespace inquest::evidence {
namespace {

// "pve1" of "pve1.lan:9100"; an address stays whole.
std::string_view short_name(std::string_view name) {
  if (const size_t colon = name.rfind(':'); colon != std::string_view::npos && name.find(']') == std::string_view::npos)
    name = name.substr(0, colon);
  if (name.find_first_not_of("0123456789.") == std::string_view::npos) return name;
  return name.substr(0, name.find('.'));
}

}  // namespace

std::unique_ptr<RemoteSource> RemoteSource::of(RemoteUrl url) {
  switch (url.kind) {
    case RemoteKind::Influx1: return make_influx1(std::move(url));
    case RemoteKind::Influx2: return make_influx2(std::move(url));
    case RemoteKind::Prometheus: return make_prometheus(std::move(url));
  }
  return nullptr;
}

void fetch(std::span<const RemoteQuery> queries, const Limits& limits, Visitor& visitor) {
  KeptStore store(limits);
  for (const RemoteQuery& query : queries) {
    auto bytes = http_open(query.request, {});
    if (!bytes) {
      visitor.refused(query.name, bytes.error(), false);
      continue;
    }
    KeptBytes kept(store);
    KeepingBytes keeping(**bytes, kept);
    Item item;
    item.path = query.name;
    item.bytes = &keeping;
    item.keep = [&] { return kept.take(); };
    visitor.item(item);
  }
}

std::string find_host(std::span<const std::string> names, std::string_view wanted) {
  std::optional<std::string> found;
  for (const std::string& name : names) {
    if (name == wanted) return name;
    if (lower(short_name(name)) != lower(short_name(wanted))) continue;
    if (found) return {};
    found = name;
  }
  return found.value_or(std::string());
}

}  // namespace inquest::evidence
