using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class DelayLoopAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(); } private static async Task RunAsync() { while (true) await [|Task.Delay(20)|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(); } private static async Task RunAsync() { for (var i = 0; i < 500; i++) { await [|Task.Delay(TimeSpan.FromMilliseconds(20), default(CancellationToken))|]; } }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { new Thread(() => { while (true) [|Thread.Sleep(20)|]; }) { IsBackground = true }.Start(); }""")]
    public Task A_loop_that_waits_without_a_token_is_told(string members) => Judged<DelayLoopAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(unloading); } private static async Task RunAsync(CancellationToken unloading) { while (true) await Task.Delay(20, unloading); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(); } private static async Task RunAsync() { await Task.Delay(20); foreach (var pause in new[] { 1, 2 }) await Task.Delay(pause); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { while (true) { unloading.ThrowIfCancellationRequested(); Thread.Sleep(20); break; } }""")]
    public Task A_loop_with_the_token_or_an_end_is_not(string members) => Judged<DelayLoopAnalyzer>.GoesAndIsNotToldAsync(members);
}
