using Microsoft.Extensions.Options;

namespace BffBroker.Settings;

/// <summary>Collects what is wrong with a section: each problem names key, rule and remedy.</summary>
internal sealed class SettingProblems(string section)
{
    private readonly List<string> _problems = [];

    public void Add(string key, string problem) => _problems.Add($"{section}:{key}: {problem}");

    public ValidateOptionsResult ToResult() => _problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_problems);
}
