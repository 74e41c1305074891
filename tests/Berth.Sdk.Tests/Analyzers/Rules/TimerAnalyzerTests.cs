using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class TimerAnalyzerTests
{
    [Theory]
    [InlineData("""private static Timer? _timer; public static void Start(CancellationToken unloading) { _timer = [|new Timer(_ => { }, null, 20, 20)|]; }""")]
    [InlineData("""private static readonly Timer Clock = [|new(_ => { }, null, 20, 20)|]; public static void Start(CancellationToken unloading) { Clock.ToString(); }""")]
    [InlineData("""private static System.Timers.Timer? _timer; public static void Start(CancellationToken unloading) { _timer = [|new System.Timers.Timer(20)|]; _timer.Elapsed += (_, _) => { }; _timer.Start(); }""")]
    [InlineData("""private static CancellationTokenSource? _late; public static void Start(CancellationToken unloading) { _late = [|new CancellationTokenSource(TimeSpan.FromMinutes(1))|]; _late.Token.Register(() => { }); }""")]
    [InlineData("""private static ITimer? _timer; public static void Start(CancellationToken unloading) { _timer = [|TimeProvider.System.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))|]; }""")]
    public Task A_timer_that_stays_is_told(string members) => Judged<TimerAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static Timer? _timer; public static void Start(CancellationToken unloading) { _timer = new Timer(_ => { }, null, 20, 20); } public static void Stop() => _timer?.Dispose();""")]
    [InlineData("""private static System.Timers.Timer? _timer; public static void Start(CancellationToken unloading) { _timer = new System.Timers.Timer(20); _timer.Start(); } public static void Stop() => _timer!.Stop();""")]
    [InlineData("""public static void Start(CancellationToken unloading) { using var timer = new Timer(_ => { }, null, 20, 20); using (new Timer(_ => { }, null, 20, 20)) { } }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1)); late.Token.Register(() => { }); }""")]
    [InlineData("""private static CancellationTokenSource? _source; public static void Start(CancellationToken unloading) { _source = new CancellationTokenSource(); _source.Token.Register(() => { }); }""")]
    public Task A_timer_that_is_disposed_is_not(string members) => Judged<TimerAnalyzer>.GoesAndIsNotToldAsync(members);

    [Theory]
    [InlineData("""public static ITimer Make(TimeProvider time) => time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));""")]
    [InlineData("""private static ITimer? _timer; public static void Make(TimeProvider time) => _timer = time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));""")]
    [InlineData("""public static void Add(IServiceCollection services) => services.AddSingleton(_ => new Timer(_ => { }, null, 20, 20));""")]
    public Task A_timer_of_the_containers_or_made_for_the_caller_is_not(string members) => Judged<TimerAnalyzer>.IsNotToldAsync(members);
}
