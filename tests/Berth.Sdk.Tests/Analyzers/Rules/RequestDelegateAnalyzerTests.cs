using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class RequestDelegateAnalyzerTests
{
    private const string Generated = "namespace Microsoft.AspNetCore.Http.Generated { file static class GeneratedRouteBuilderExtensionsCore { } }";

    [Fact]
    public Task A_handler_that_is_bound_by_reflection_is_told() =>
        Judged<RequestDelegateAnalyzer>.IsToldAsync("""public static void Map(IEndpointRouteBuilder endpoints) => [|endpoints.MapPost("/notes", (Note note) => note.Text)|];""");

    [Fact]
    public Task A_handler_in_a_project_with_the_generator_is_not() =>
        Judged<RequestDelegateAnalyzer>.IsNotToldAsync("""public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/notes", (Note note) => note.Text);""", Generated);

    [Fact]
    public Task A_request_delegate_is_not() =>
        Judged<RequestDelegateAnalyzer>.IsNotToldAsync("""public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/", (HttpContext context) => context.Response.WriteAsync("x"));""");
}
