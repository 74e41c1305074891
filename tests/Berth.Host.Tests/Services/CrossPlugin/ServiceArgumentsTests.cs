using System.Text;
using Berth.Contracts;
using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ServiceArgumentsTests
{
    private static readonly ContractOperation Two = new("AddAsync", ["int32", "string[]"], "", IsStream: false);
    private static readonly ContractOperation None = new("PingAsync", [], "", IsStream: false);

    [Theory]
    [InlineData("""[1,["a","b"]]""")]
    [InlineData(""" [ {"a":[1]} , null ] """)]
    public void One_array_of_as_many_values_as_parameters_passes(string json) => ServiceArguments.Demand(Two, Encoding.UTF8.GetBytes(json));

    [Fact]
    public void An_operation_without_parameters_takes_an_empty_array() => ServiceArguments.Demand(None, "[]"u8);

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[1,[],2]")]
    [InlineData("[1,[]]]")]
    [InlineData("[1,[]] []")]
    [InlineData("[1,[}]")]
    public void What_no_proxy_writes_is_refused(string json) =>
        Should.Throw<ServiceContractException>(() => ServiceArguments.Demand(Two, Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_nested_deeper_than_is_read_is_refused() =>
        Should.Throw<ServiceContractException>(() => ServiceArguments.Demand(Two, Encoding.UTF8.GetBytes($"[1,{new string('[', 100_000)}{new string(']', 100_000)}]")));
}
