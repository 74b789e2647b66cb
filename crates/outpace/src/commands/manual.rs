//! `outpace completions`, `outpace man`: from the same definition as the help.

use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use clap::CommandFactory;

/// Completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<u8, Failure> {
    console::output(|out| {
        // The generator panics on a closed pipe, so it writes to memory first.
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "outpace", &mut text);
        out.write_all(&text)
    })?;
    Ok(0)
}

/// The manual page: the program's own, then one section a verb.
pub fn man() -> Result<u8, Failure> {
    console::output(|out| {
        let command = Arguments::command();
        clap_mangen::Man::new(command.clone()).render(out)?;
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            let man =
                clap_mangen::Man::new(verb.clone().display_name(format!("outpace {}", verb.get_name())));
            man.render_synopsis_section(out)?;
            man.render_description_section(out)?;
            man.render_options_section(out)?;
            man.render_extra_section(out)?;
        }
        Ok(())
    })?;
    Ok(0)
}
