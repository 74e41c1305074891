using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class StaticHttpClientAnalyzerTests
{
    [Theory]
    [InlineData("""private static readonly HttpClient [|Client|] = new(); public static HttpClient It => Client;""")]
    [InlineData("""public static SocketsHttpHandler [|Handler|] { get; } = new();""")]
    public Task A_static_client_is_told(string members) => Judged<StaticHttpClientAnalyzer>.IsToldAsync(members);

    [Theory]
    [InlineData("""public static Task<string> Get(HttpClient client) => client.GetStringAsync("http://localhost/");""")]
    public Task The_clients_of_calls_are_not(string members) => Judged<StaticHttpClientAnalyzer>.IsNotToldAsync(members);
}
