namespace Berth.Sdk.Tests.Generators;

public sealed class ContractRulesTests
{
    [Theory]
    [InlineData("BERTH101", "[ServiceContract] internal interface IContract { Task AAsync(); }")]
    [InlineData("BERTH101", "[ServiceContract] public interface IContract<T> { Task AAsync(); }")]
    [InlineData("BERTH101", "public interface IBase { Task AAsync(); } [ServiceContract] public interface IContract : IBase;")]
    [InlineData("BERTH102", "[ServiceContract] public interface IContract { int Size { get; } }")]
    [InlineData("BERTH102", "[ServiceContract] public interface IContract { event Action Changed; }")]
    [InlineData("BERTH102", "[ServiceContract] public interface IContract { Task<int> AAsync<T>(int a); }")]
    [InlineData("BERTH103", "[ServiceContract] public interface IContract { int Size(); }")]
    [InlineData("BERTH103", "[ServiceContract] public interface IContract { void Say(string text); }")]
    [InlineData("BERTH103", "[ServiceContract] public interface IContract { IEnumerable<int> All(); }")]
    [InlineData("BERTH104", "[ServiceContract] public interface IContract { Task<object> AAsync(); }")]
    [InlineData("BERTH104", "[ServiceContract] public interface IContract { Task AAsync(Action callback); }")]
    [InlineData("BERTH104", "[ServiceContract] public interface IContract { Task AAsync(System.IO.Stream stream); }")]
    [InlineData("BERTH104", "[ServiceContract] public interface IContract { Task<Dictionary<int, string>> AAsync(); }")]
    [InlineData("BERTH104", "public record Open(int A); [ServiceContract] public interface IContract { Task<Open> AAsync(); }")]
    [InlineData("BERTH104", "public sealed class Hidden { private Hidden(int a) { } public int A { get; } } [ServiceContract] public interface IContract { Task<Hidden> AAsync(); }")]
    [InlineData("BERTH104", "internal sealed class Inner; [ServiceContract] public interface IContract { Task AAsync(List<System.Text.StringBuilder> a); }")]
    [InlineData("BERTH104", "public sealed record Deep(List<IDisposable> Things); [ServiceContract] public interface IContract { Task AAsync(Deep deep); }")]
    [InlineData("BERTH105", "[ServiceContract] public interface IContract { Task AAsync(in int a); }")]
    [InlineData("BERTH105", "[ServiceContract] public interface IContract { Task AAsync(CancellationToken a, CancellationToken b); }")]
    public void What_could_not_cross_a_border_is_refused_when_it_is_compiled(string id, string source) =>
        CompiledContract.Of(source).Ids.ShouldBe([id]);

    [Fact]
    public void All_faults_are_said_at_once_and_each_at_its_place()
    {
        var faults = CompiledContract.Of("""
            [ServiceContract]
            public interface IContract
            {
                int Size();
                Task AAsync(Action callback);
            }
            """).Faults;
        faults.Select(fault => (fault.Id, fault.Location.GetLineSpan().StartLinePosition.Line)).ShouldBe([("BERTH103", 4), ("BERTH104", 5)]);
        faults[1].GetMessage().ShouldBe("the parameter callback cannot cross to another plugin: System.Action is not data");
    }

    [Fact]
    public void Nothing_is_written_for_a_contract_with_faults() =>
        CompiledContract.Of("[ServiceContract] public interface IContract { int Size(); }").Compilation.SyntaxTrees.Count().ShouldBe(1);
}
