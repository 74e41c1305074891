using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class FrameworkEventAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|AppDomain.CurrentDomain.ProcessExit += (_, _) => { }|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|Console.CancelKeyPress += OnKey|]; } private static void OnKey(object? sender, ConsoleCancelEventArgs e) { }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|TaskScheduler.UnobservedTaskException += (_, _) => { }|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Runtime.Loader.AssemblyLoadContext.Default.Resolving += (_, _) => null|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|AppDomain.CurrentDomain.ProcessExit += (_, _) => { }|]; } public static void Stop() => AppDomain.CurrentDomain.ProcessExit -= OnExit; private static void OnExit(object? sender, EventArgs e) { }""")]
    public Task A_handler_that_stays_is_told(string members) => Judged<FrameworkEventAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { AppDomain.CurrentDomain.ProcessExit += OnExit; } public static void Stop() => AppDomain.CurrentDomain.ProcessExit -= OnExit; private static void OnExit(object? sender, EventArgs e) { }""")]
    [InlineData("""private static readonly EventHandler Handler = (_, _) => { }; public static void Start(CancellationToken unloading) { AppDomain.CurrentDomain.ProcessExit += Handler; } public static void Stop() => AppDomain.CurrentDomain.ProcessExit -= Plugin.Handler;""")]
    [InlineData("""private static event EventHandler? Mine; public static void Start(CancellationToken unloading) { Mine += (_, _) => { }; Mine(null, EventArgs.Empty); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(typeof(Plugin).Assembly)!.Unloading += _ => { }; }""")]
    public Task A_handler_that_is_removed_or_of_the_plugins_own_event_is_not(string members) => Judged<FrameworkEventAnalyzer>.GoesAndIsNotToldAsync(members);
}
