#include "pool.h"

#include <condition_variable>
#include <mutex>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#ifdef _WIN32
#include <process.h>
#define getpid _getpid
#else
#include <unistd.h>
#endif

#include "kernels.h"
#ifdef NATIVE_X86
#include <immintrin.h>
#endif

namespace native {
namespace {

// Some fifty microseconds: stages are shorter than what a sleep and its waking cost.
constexpr int SPINS = 4000;

inline void pause() {
#ifdef NATIVE_X86
    _mm_pause();
#elif defined(NATIVE_ARM)
    asm volatile("yield");
#endif
}

}  // namespace

void Job::Member::wait(const std::atomic<int>& done, int count) {
    for (int spins = 0; done.load(std::memory_order_acquire) < count; ++spins) {
        if (spins < SPINS)
            pause();
        else
            std::this_thread::yield();  // the other one may need this very core
    }
}

// One job at a time in a process, whichever pool it is for, so that no two pools want the same cores.
std::mutex& turn() {
    static std::atomic<std::mutex*> mutex{nullptr};
    static std::atomic<long> process{0};
    const long mine = getpid();
    long seen = process.load();
    if (seen != mine && process.compare_exchange_strong(seen, mine))
        mutex.store(new std::mutex);  // a fork may have been made while its parent held the old one
    std::mutex* found;
    while (!(found = mutex.load())) std::this_thread::yield();
    return *found;
}

// The threads of one process.
class Crew {
  public:
    explicit Crew(int threads) : process(getpid()), threads_(threads) {
        for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
    }

    ~Crew() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        wake_.notify_all();
        for (auto& worker : workers_) worker.join();
    }

    void run(std::shared_ptr<Job> job) {
        if (threads_ > 1) {
            const std::lock_guard lock(mutex_);
            job_ = job, ++jobs_;
        }
        wake_.notify_all();
        job->join();
        const std::lock_guard lock(mutex_);
        job_ = nullptr;
    }

    void settle() {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [this] { return busy_ == 0; });
    }

    const long process;

  private:
    void work() {
        std::unique_lock lock(mutex_);
        for (uint64_t seen = 0;;) {
            if (jobs_ == seen) look_out(lock, seen);
            wake_.wait(lock, [&] { return over_ || (job_ && jobs_ != seen); });
            if (over_) return;
            seen = jobs_, ++busy_;
            auto job = job_;
            lock.unlock();
            job->join();
            job.reset();
            lock.lock();
            if (--busy_ == 0) done_.notify_all();
        }
    }

    // Looks for the next job for a while before it sleeps: two encoders follow each other closely.
    void look_out(std::unique_lock<std::mutex>& lock, uint64_t seen) {
        lock.unlock();
        for (int spins = 0; spins < SPINS && jobs_.load(std::memory_order_relaxed) == seen; ++spins)
            pause();
        lock.lock();
    }

    const int threads_;
    std::mutex mutex_;  // guards all that follows
    std::condition_variable wake_, done_;
    std::shared_ptr<Job> job_;
    std::atomic<uint64_t> jobs_{0};
    int busy_ = 0;
    bool over_ = false;
    std::vector<std::thread> workers_;
};

Pool::Pool(int threads) : threads_(threads) {
    if (threads < 1 || threads > 256) throw std::invalid_argument("threads must be from 1 to 256");
}

Pool::~Pool() {
    if (crew_ && crew_->process != getpid()) crew_.release();
}

// A fork has none of its parent's threads, and may not even free what they wait on.
Crew& Pool::crew() {
    if (crew_ && crew_->process != getpid()) crew_.release();
    if (!crew_) crew_ = std::make_unique<Crew>(threads_);
    return *crew_;
}

void Pool::run(int stages, std::function<void(Job::Member&)> work) {
    const std::lock_guard lock(turn());
    crew().run(std::make_shared<Job>(stages, threads_, std::move(work)));
}

void Pool::settle() {
    const std::lock_guard lock(turn());
    if (crew_ && crew_->process == getpid()) crew_->settle();
}

}  // namespace native
