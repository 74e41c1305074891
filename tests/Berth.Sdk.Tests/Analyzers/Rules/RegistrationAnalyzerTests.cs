using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class RegistrationAnalyzerTests
{
    [Theory]
    [InlineData("""private static System.Runtime.InteropServices.PosixSignalRegistration? _signal; public static void Start(CancellationToken unloading) { _signal = [|System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGWINCH, _ => { })|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|ThreadPool.RegisterWaitForSingleObject(new ManualResetEvent(false), (_, _) => { }, null, 50, false)|]; }""")]
    [InlineData("""private sealed class Mine : System.Text.EncodingProvider { public override System.Text.Encoding? GetEncoding(int codepage) => null; public override System.Text.Encoding? GetEncoding(string name) => null; } public static void Start(CancellationToken unloading) { [|System.Text.Encoding.RegisterProvider(new Mine())|]; }""")]
    [InlineData("""private sealed class Mine : System.Diagnostics.TraceListener { public override void Write(string? message) { } public override void WriteLine(string? message) { } } public static void Start(CancellationToken unloading) { [|System.Diagnostics.Trace.Listeners.Add(new Mine())|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|AppContext.SetData("note", new Note())|]; }""")]
    public Task What_is_left_with_the_process_is_told(string members) => Judged<RegistrationAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static System.Runtime.InteropServices.PosixSignalRegistration? _signal; public static void Start(CancellationToken unloading) { _signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGWINCH, _ => { }); } public static void Stop() => _signal?.Dispose();""")]
    [InlineData("""private static RegisteredWaitHandle? _wait; public static void Start(CancellationToken unloading) { _wait = ThreadPool.RegisterWaitForSingleObject(new ManualResetEvent(false), (_, _) => { }, null, 50, false); } public static void Stop() => _wait!.Unregister(null);""")]
    [InlineData("""private sealed class Mine : System.Diagnostics.TraceListener { public override void Write(string? message) { } public override void WriteLine(string? message) { } } private static readonly Mine Ear = new(); public static void Start(CancellationToken unloading) { System.Diagnostics.Trace.Listeners.Add(Ear); } public static void Stop() => System.Diagnostics.Trace.Listeners.Remove(Ear);""")]
    [InlineData("""public static void Start(CancellationToken unloading) { AppContext.SetData("note", "text"); System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance); }""")]
    public Task What_is_taken_back_or_the_frameworks_is_not(string members) => Judged<RegistrationAnalyzer>.GoesAndIsNotToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|Console.SetOut(new StringWriter())|]; }""")]
    public Task The_console_of_the_host_is_left_alone(string members) => Judged<RegistrationAnalyzer>.IsToldAsync(members);
}
