using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class ValidatorAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { var note = new Note(); [|System.ComponentModel.DataAnnotations.Validator.ValidateObject(note, new System.ComponentModel.DataAnnotations.ValidationContext(note))|]; }""")]
    public Task The_validator_is_told(string members) => Judged<ValidatorAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private sealed class Draft { [System.ComponentModel.DataAnnotations.Required] public string? Text { get; set; } } public static void Start(CancellationToken unloading) { new Draft().ToString(); }""")]
    public Task An_attribute_alone_is_not(string members) => Judged<ValidatorAnalyzer>.GoesAndIsNotToldAsync(members);
}
