using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class ThreadAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|new Thread(() => Thread.Sleep(4000)) { IsBackground = true }|].Start(); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { var thread = [|new Thread(() => Thread.Sleep(4000)) { IsBackground = true }|]; thread.Start(); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = [|Task.Factory.StartNew(() => Thread.Sleep(4000), TaskCreationOptions.LongRunning)|]; }""")]
    public Task A_thread_that_nobody_waits_for_is_told(string members) => Judged<ThreadAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static Thread? _thread; public static void Start(CancellationToken unloading) { _thread = new Thread(() => unloading.WaitHandle.WaitOne()) { IsBackground = true }; _thread.Start(); } public static void Stop() => _thread?.Join();""")]
    [InlineData("""private static Task? _task; public static void Start(CancellationToken unloading) { _task = Task.Factory.StartNew(() => unloading.WaitHandle.WaitOne(), TaskCreationOptions.LongRunning); } public static void Stop() => _task!.Wait();""")]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = Task.Factory.StartNew(() => 1); }""")]
    public Task A_thread_that_is_waited_for_is_not(string members) => Judged<ThreadAnalyzer>.GoesAndIsNotToldAsync(members);
}
