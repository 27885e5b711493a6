// A few threads that run one job together, and sleep between jobs.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

namespace native {

// What the threads of one job share: tasks handed out one by one, and a meeting after each stage.
class Team {
  public:
    explicit Team(int size) : size_(size) {}

    // Calls f(task) for every task below `count`, spread over the threads that call this with the
    // same f; returns when all of them are done.
    template <typename F>
    void each(int count, F&& f) {
        if (size_ == 1) {
            for (int task = 0; task < count; ++task) f(task);
            return;
        }
        for (int task; (task = next_.fetch_add(1, std::memory_order_relaxed)) < count;) f(task);
        meet();
    }

  private:
    void meet();

    const int size_;
    alignas(64) std::atomic<int> next_{0};
    alignas(64) std::atomic<int> here_{0};
    alignas(64) std::atomic<int> met_{0};
};

class Crew;

class Pool {
  public:
    // Raises std::invalid_argument unless 1 <= threads <= 256. Threads start with the first job.
    explicit Pool(int threads);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return threads_; }

    // Runs job(team) on every thread, the caller's among them; callers take turns, of other pools too.
    void run(const std::function<void(Team&)>& job);

  private:
    Crew& crew();

    const int threads_;
    std::unique_ptr<Crew> crew_;
};

}  // namespace native
