using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class HandleAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Runtime.InteropServices.GCHandle.Alloc(new Note())|]; }""")]
    [InlineData("""private static System.Runtime.InteropServices.GCHandle<Note> _handle; public static void Start(CancellationToken unloading) { _handle = [|new System.Runtime.InteropServices.GCHandle<Note>(new Note())|]; }""")]
    public Task A_handle_that_is_never_freed_is_told(string members) => Judged<HandleAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { var handle = System.Runtime.InteropServices.GCHandle.Alloc(new Note()); try { } finally { handle.Free(); } }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { System.Runtime.InteropServices.GCHandle.Alloc(new Note(), System.Runtime.InteropServices.GCHandleType.Weak); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { using var handle = new System.Runtime.InteropServices.GCHandle<Note>(new Note()); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { System.Runtime.InteropServices.GCHandle.Alloc(new byte[10], System.Runtime.InteropServices.GCHandleType.Pinned); }""")]
    public Task A_handle_that_is_freed_weak_or_on_bytes_is_not(string members) => Judged<HandleAnalyzer>.GoesAndIsNotToldAsync(members);
}
