using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class DispatchProxyAnalyzerTests
{
    [Theory]
    [InlineData("""public class Proxy : System.Reflection.DispatchProxy { protected override object? Invoke(System.Reflection.MethodInfo? method, object?[]? arguments) => null; } public static void Start(CancellationToken unloading) { [|System.Reflection.DispatchProxy.Create<INote, Proxy>()|].Read(); }""")]
    public Task A_proxy_is_told(string members) => Judged<DispatchProxyAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private sealed class Mine : INote { public void Read() { } } public static void Start(CancellationToken unloading) { ((INote)new Mine()).Read(); }""")]
    public Task A_class_that_is_written_is_not(string members) => Judged<DispatchProxyAnalyzer>.GoesAndIsNotToldAsync(members);
}
