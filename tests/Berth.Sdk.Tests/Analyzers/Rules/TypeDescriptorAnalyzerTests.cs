using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class TypeDescriptorAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.ComponentModel.TypeDescriptor.GetProperties(new Note())|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.ComponentModel.TypeDescriptor.GetProperties(typeof(Note))|]; }""")]
    public Task A_type_of_the_plugin_is_told(string members) => Judged<TypeDescriptorAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { System.ComponentModel.TypeDescriptor.GetConverter(typeof(int)).ConvertFromInvariantString("1"); }""")]
    public Task A_type_of_the_framework_is_not(string members) => Judged<TypeDescriptorAnalyzer>.GoesAndIsNotToldAsync(members);
}
