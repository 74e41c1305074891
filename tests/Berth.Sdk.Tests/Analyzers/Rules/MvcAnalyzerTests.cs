using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class MvcAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Add(IServiceCollection services) => [|services.AddControllers()|];""")]
    [InlineData("""public static void Add(IServiceCollection services) => [|[|services.AddMvcCore()|].AddApplicationPart(typeof(Plugin).Assembly)|];""")]
    public Task Mvc_is_told(string members) => Judged<MvcAnalyzer>.IsToldAsync(members);

    [Theory]
    [InlineData("""public static void Add(IServiceCollection services) => services.AddRouting();""")]
    public Task Routing_is_not(string members) => Judged<MvcAnalyzer>.IsNotToldAsync(members);
}
