using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class PeriodicTimerAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(); } private static async Task RunAsync() { using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); while (await [|timer.WaitForNextTickAsync()|]) { } }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(); } private static async Task RunAsync() { using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); while (await [|timer.WaitForNextTickAsync(CancellationToken.None)|]) { } }""")]
    public Task A_wait_without_a_token_is_told(string members) => Judged<PeriodicTimerAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { _ = RunAsync(unloading); } private static async Task RunAsync(CancellationToken unloading) { using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); while (await timer.WaitForNextTickAsync(unloading)) { } }""")]
    public Task A_wait_with_the_token_is_not(string members) => Judged<PeriodicTimerAnalyzer>.GoesAndIsNotToldAsync(members);
}
