using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class ThreadLocalAnalyzerTests
{
    [Theory]
    [InlineData("""private static readonly ThreadLocal<object> Local = [|new(() => new Note())|]; public static void Start(CancellationToken unloading) { Local.Value!.ToString(); }""")]
    [InlineData("""private static readonly ThreadLocal<Action> Local = [|new ThreadLocal<Action>(() => Work)|]; public static void Start(CancellationToken unloading) { Local.Value!(); } private static void Work() { }""")]
    public Task One_over_a_type_of_the_framework_is_told(string members) => Judged<ThreadLocalAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static readonly ThreadLocal<object> Local = new(() => new Note()); public static void Start(CancellationToken unloading) { Local.Value!.ToString(); } public static void Stop() => Local.Dispose();""")]
    [InlineData("""private static readonly ThreadLocal<Note> Local = new(() => new Note()); public static void Start(CancellationToken unloading) { Local.Value!.ToString(); }""")]
    [InlineData("""private static readonly ThreadLocal<int> Local = new(() => 1); public static void Start(CancellationToken unloading) { Local.Value.ToString(); }""")]
    public Task One_that_is_disposed_or_of_the_plugins_own_type_is_not(string members) => Judged<ThreadLocalAnalyzer>.GoesAndIsNotToldAsync(members);
}
