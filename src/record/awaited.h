// Answers that come by a callback, awaited in a coroutine.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace inquest::record {

// Hands one value from any thread to the coroutine that waits for it; `lost` if nobody ever gives one.
template <class Value, class Waiting>
class Once {
 public:
  Once(Waiting waiting, boost::asio::any_io_executor executor, Value lost)
      : waiting_(std::move(waiting)), executor_(std::move(executor)), lost_(std::move(lost)) {}
  ~Once() { give(std::move(lost_)); }
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  void give(Value value) {
    if (given_.exchange(true)) return;
    boost::asio::post(executor_, [waiting = std::move(waiting_), value = std::move(value)]() mutable {
      std::move(waiting)(std::move(value));
    });
  }

 private:
  Waiting waiting_;
  boost::asio::any_io_executor executor_;
  Value lost_;
  std::atomic<bool> given_ = false;
};

// Calls `ask` with a function that takes the value, and waits for that to be called: from any thread, the coroutine goes
// on on its executor. A function that is dropped uncalled gives `lost`.
template <class Value, class Ask>
boost::asio::awaitable<Value> answer(boost::asio::any_io_executor executor, Ask& ask, Value lost) {
  // Counted as work, so that the thread that runs the executor waits for the answer.
  boost::asio::any_io_executor tracked =
      boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
  auto start = [&ask, &tracked, &lost](auto waiting) {
    auto once = std::make_shared<Once<Value, decltype(waiting)>>(std::move(waiting), tracked, std::move(lost));
    ask([once](Value value) { once->give(std::move(value)); });
  };
  co_return co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void(Value)>(
      start, boost::asio::use_awaitable);
}

}  // namespace inquest::record
