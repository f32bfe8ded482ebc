// HTTP: telemetry in, answers out.
#include <fmt/format.h>

#include "record/endpoint.h"
#include "record/http_server.h"
#include "record/influx_version.h"
#include "record/tokens.h"
#include "record/web_page.h"

namespace inquest::record {
namespace {

constexpr Setting kSettings[] = {
    {"tokens", SettingKind::Texts, "",
     "tokens that may write and read, as lines of `inquest record --make-token NAME`"},
    {"token-file", SettingKind::Text, "", "a file with one such line a line"},
    {"anonymous", SettingKind::Flag, "false",
     "true: nobody needs a token whom `allow` lets in; false: only loopback needs none, as long as no token is "
     "configured"},
    {"max-connections", SettingKind::Count, "8192", "open at once; an idle one makes room for a new one"},
    {"max-connections-per-source", SettingKind::Count, "4096", "of them from one address"},
    {"max-header", SettingKind::Size, "16KiB", "bytes of a request's head"},
    {"max-body", SettingKind::Size, "64MiB", "bytes of a request's body, inflated"},
    {"max-memory", SettingKind::Size, "256MiB", "bytes of bodies that wait to be stored"},
    {"max-memory-per-source", SettingKind::Size, "128MiB", "of them from one address"},
    {"idle-timeout", SettingKind::Duration, "2m", "how long a connection may wait for its next request"},
    {"header-timeout", SettingKind::Duration, "10s", "how long a request's head, or a TLS handshake, may take"},
    {"stall-timeout", SettingKind::Duration, "30s", "how long nothing may come of a body that was begun"},
};

Result<std::unique_ptr<OpenListener>> open(const Surroundings& surroundings) {
  const Section& settings = surroundings.settings;
  auto loaded = Tokens::load(settings.texts("tokens"), settings.text("token-file"));
  if (!loaded) return fail(loaded.error());

  HttpSetup setup;
  setup.name = "http";
  setup.addresses = settings.addresses("listen");
  setup.allow = settings.networks("allow");
  const auto routes = std::make_shared<Routes>(surroundings.routes);
  for (const Endpoint* endpoint : endpoints()) endpoint->add(*routes, surroundings);
  setup.routes = routes;
  setup.headers = {{"X-Influxdb-Version", std::string(kInfluxVersion)}};
  setup.limits.connections = settings.count("max-connections");
  setup.limits.connections_per_source = settings.count("max-connections-per-source");
  setup.limits.header = settings.size("max-header");
  setup.limits.body = settings.size("max-body");
  setup.limits.memory = settings.size("max-memory");
  setup.limits.memory_per_source = settings.size("max-memory-per-source");
  setup.limits.rate = settings.count("rate");
  setup.limits.burst = settings.count("burst");
  setup.limits.idle = settings.duration("idle-timeout");
  setup.limits.header_time = settings.duration("header-timeout");
  setup.limits.stall = settings.duration("stall-timeout");
  const bool anonymous = settings.flag("anonymous");
  bool remote = false;
  for (const ListenAddress& address : setup.addresses) remote = remote || !address.ip.is_loopback();
  if (remote && loaded->empty() && !anonymous) {
    surroundings.log(
        "http: no token is configured, so that everybody but this host is refused; `inquest record --make-token NAME` "
        "makes one, and `anonymous` does without");
  }
  setup.may_enter = [anonymous, tokens = std::move(*loaded)](const HttpRequest& request) {
    if (anonymous) return true;
    if (tokens.empty() && request.peer.is_loopback() && !from_foreign_page(request)) return true;
    return !tokens.name_of(request).empty();
  };
  auto server = HttpServer::open(surroundings, std::move(setup));
  if (!server) return fail(server.error());
  return std::unique_ptr<OpenListener>(std::move(*server));
}

}  // namespace

extern const Listener http_listener;
const Listener http_listener = {
    .name = "http",
    .summary = "HTTP: line protocol of InfluxDB 1 and 2, Prometheus remote write, and the recorder's own metrics",
    .listen = "127.0.0.1:8086",
    .rate_help = "bytes of request bodies a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
