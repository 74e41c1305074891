using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Plugins.Http;

/// <summary>An error answer after RFC 9457, with Berth's stable dotted code. Linked into each sample plugin.</summary>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<InvalidMember>? Errors = null)
{
    public static Problem Of(int status, string code, string title, string detail, IReadOnlyList<InvalidMember>? errors = null) =>
        new("about:blank", title, status, detail, code, errors);

    public IResult ToResult(JsonTypeInfo<Problem> json) =>
        TypedResults.Json(this, json, "application/problem+json", Status);
}

/// <summary>One invalid member of a request: an RFC 6901 pointer (or a query parameter's name) and what to send instead.</summary>
public sealed record InvalidMember(string Pointer, string Message);
