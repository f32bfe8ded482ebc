#include "record/netconsole_sources.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "record/netconsole_event.h"

namespace inquest::record {
namespace {

constexpr Ns kBetweenNotes = 10 * kSecond;
constexpr size_t kMostLimited = 256;

}  // namespace

size_t NetconsoleSources::Hash::operator()(const Key& key) const {
  const auto& bytes = key.ip.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text) * 31 + key.port;
}

NetconsoleSources::Source& NetconsoleSources::source_of(const Key& key, std::vector<store::Event>& out) {
  if (!sources_.empty() && sources_.front().key == key) return sources_.front();
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    sources_.splice(sources_.begin(), sources_, found->second);
    return sources_.front();
  }
  if (sources_.size() >= kMostSources) forget(std::prev(sources_.end()), out);
  sources_.emplace_front(key, key.ip.text());
  by_key_.emplace(key, sources_.begin());
  return sources_.front();
}

void NetconsoleSources::forget(Sources::iterator source, std::vector<store::Event>& out) {
  source->stream.finish(out);
  account(*source);
  bytes_ -= source->bytes;
  by_key_.erase(source->key);
  sources_.erase(source);
}

void NetconsoleSources::account(Source& source) {
  const size_t bytes = source.stream.memory();
  bytes_ += bytes - source.bytes;
  source.bytes = bytes;
  const uint64_t lost = source.stream.lost();
  if (counters_ != nullptr && lost > source.lost) counters_->lost.add(lost - source.lost);
  source.lost = std::max(lost, source.lost);
}

void NetconsoleSources::take(const Datagram& datagram, Ns now, std::vector<store::Event>& out) {
  Source& source = source_of({datagram.ip, datagram.port}, out);
  source.stream.take(datagram.bytes, now, out);
  account(source);
  if (bytes_ <= kMostBytes) return;
  source.stream.finish(out);
  account(source);
}

void NetconsoleSources::limited(const IpAddress& sender, uint64_t count) {
  const Key key{sender, 0};
  if (limited_.size() < kMostLimited || limited_.contains(key)) limited_[key] += count;
}

void NetconsoleSources::tick(Ns now, std::vector<store::Event>& out) {
  for (auto at = sources_.begin(); at != sources_.end();) {
    const auto source = at++;
    if (source->stream.holds()) {
      source->stream.expire(now, out);
      account(*source);
    }
    if (now - source->stream.last_received() > kForgotten) forget(source, out);
  }
  if (now - noted_ < kBetweenNotes && now >= noted_) return;
  noted_ = now;
  for (const auto& [key, count] : limited_) {
    store::Event event = netconsole_note(key.ip.text(), now, "limited");
    event.message = fmt::format("netconsole: {} datagrams were not taken: more than this host may send", count);
    event.fields.emplace_back("count", decimal(count));
    out.push_back(std::move(event));
  }
  limited_.clear();
}

void NetconsoleSources::finish(Ns now, std::vector<store::Event>& out) {
  noted_ = 0;
  tick(now, out);
  while (!sources_.empty()) forget(std::prev(sources_.end()), out);
}

}  // namespace inquest::record
