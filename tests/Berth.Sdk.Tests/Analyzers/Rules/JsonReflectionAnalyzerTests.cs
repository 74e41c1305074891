using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class JsonReflectionAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Text.Json.JsonSerializer.Serialize(new Note())|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Text.Json.JsonSerializer.Deserialize<List<Note>>("[]")|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Text.Json.JsonSerializer.Deserialize("{}", typeof(Note))|]; }""")]
    [InlineData("""private static readonly System.Text.Json.JsonSerializerOptions Web = new(System.Text.Json.JsonSerializerDefaults.Web); public static void Start(CancellationToken unloading) { [|System.Text.Json.JsonSerializer.Serialize(new Note(), Web)|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Text.Json.JsonSerializer.Serialize(new { Text = "x" }, System.Text.Json.JsonSerializerOptions.Web)|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { using var content = [|System.Net.Http.Json.JsonContent.Create(new Note())|]; content.CopyToAsync(Stream.Null).Wait(); }""")]
    public Task Json_by_reflection_is_told(string members) => Judged<JsonReflectionAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, int[]> { ["a"] = [1] }); System.Text.Json.JsonDocument.Parse("{}").Dispose(); }""")]
    public Task Json_of_the_frameworks_types_is_not(string members) => Judged<JsonReflectionAnalyzer>.GoesAndIsNotToldAsync(members);

    [Theory]
    [InlineData("""public static string Write(Note note, System.Text.Json.Serialization.Metadata.JsonTypeInfo<Note> contract) => System.Text.Json.JsonSerializer.Serialize(note, contract);""")]
    [InlineData("""public static Note? Read(string json, System.Text.Json.Serialization.JsonSerializerContext context) => (Note?)System.Text.Json.JsonSerializer.Deserialize(json, typeof(Note), context);""")]
    [InlineData("""public static string Write(Note note, System.Text.Json.Serialization.JsonSerializerContext context) => System.Text.Json.JsonSerializer.Serialize(note, context.Options);""")]
    [InlineData("""public static string Write(Note note, System.Text.Json.JsonSerializerOptions options) => System.Text.Json.JsonSerializer.Serialize(note, options);""")]
    [InlineData("""private static System.Text.Json.JsonSerializerOptions Make(System.Text.Json.Serialization.Metadata.IJsonTypeInfoResolver resolver) => new() { TypeInfoResolver = resolver }; public static string Write(Note note) => System.Text.Json.JsonSerializer.Serialize(note, Make(null!));""")]
    public Task Json_with_a_contract_is_not(string members) => Judged<JsonReflectionAnalyzer>.IsNotToldAsync(members);
}
