// All hosts whose netconsole sends here.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "record/netconsole_stream.h"
#include "record/udp_receiver.h"

namespace inquest::record {

// One stream for each sender's address and port. No crowd of senders, made up or not, takes more than kMostSources
// streams and kMostBytes of what they hold: the one that was silent for longest is forgotten, and who holds too much
// holds no longer.
class NetconsoleSources : public DatagramProtocol {
 public:
  static constexpr size_t kMostSources = 4096;
  static constexpr size_t kMostBytes = 64 << 20;
  // A host that comes back after that begins a new stream, and nobody says that it was restarted.
  static constexpr Ns kForgotten = 7 * kDay;

  // `counters` may be null.
  explicit NetconsoleSources(ListenerCounters* counters = nullptr) : counters_(counters) {}

  void take(const Datagram& datagram, Ns now, std::vector<store::Event>& out) override;
  void limited(const IpAddress& sender, uint64_t count) override;
  void tick(Ns now, std::vector<store::Event>& out) override;
  void finish(Ns now, std::vector<store::Event>& out) override;

  size_t sources() const { return by_key_.size(); }
  size_t memory() const { return bytes_; }

 private:
  struct Key {
    IpAddress ip;
    uint16_t port = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };
  struct Source {
    Source(const Key& of, const std::string& address) : key(of), stream(address) {}
    Key key;
    NetconsoleStream stream;
    size_t bytes = 0;   // counted in bytes_
    uint64_t lost = 0;  // counted in counters_
  };
  using Sources = std::list<Source>;  // who was heard last comes first

  Source& source_of(const Key& key, std::vector<store::Event>& out);
  void forget(Sources::iterator source, std::vector<store::Event>& out);
  void account(Source& source);

  ListenerCounters* counters_;
  Sources sources_;
  std::unordered_map<Key, Sources::iterator, Hash> by_key_;
  std::unordered_map<Key, uint64_t, Hash> limited_;  // by address, since the last note
  Ns noted_ = 0;
  size_t bytes_ = 0;
};

}  // namespace inquest::record
